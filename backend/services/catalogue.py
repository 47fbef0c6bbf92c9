"""Who serves a locality, and at what price."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, literal, or_, select

from backend.services.work import Work
from backend.store.services import Offer, Provider

EVERYWHERE = ""
"""the locality of providers that serve every place"""


def _covers(locality: str) -> list[str]:
    """Return the localities whose providers serve a place: itself, its city, its province."""
    return [locality[:length] for length in range(len(locality), -1, -1)]


async def providers(
    work: Work, locality: str | None = None, service: str | None = None
) -> Sequence[Provider]:
    """List providers of a locality (nearest first), its city and province included."""
    query = select(Provider).order_by(Provider.locality.desc(), Provider.name)
    if locality:
        place = literal(locality, String)
        query = query.where(
            or_(Provider.locality == EVERYWHERE, place.startswith(Provider.locality))
        )
    if service:
        query = query.where(Provider.catalogue.any(Offer.service == service))
    return (await work.session.scalars(query)).all()


async def best_offer(work: Work, service: str, locality: str | None) -> Offer | None:
    """Return the nearest provider's cheapest offer, None where nobody is in the catalogue."""
    return await work.session.scalar(
        select(Offer)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(Offer.service == service, Provider.locality.in_(_covers(locality or EVERYWHERE)))
        .order_by(Provider.locality.desc(), Offer.price)
        .limit(1)
    )
