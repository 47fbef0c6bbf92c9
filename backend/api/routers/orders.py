"""/v1/orders: placed once, however often they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from anban.errors import Rejected
from backend.api.schemas import NoticeBrief, OrderChange, OrderNew, OrderOut, Page
from backend.api.surroundings import Unit, Wanted
from backend.domain.orders import ChangeOrder, PlaceOrder
from backend.services import orders, telling
from backend.services.work import Filter, audit
from backend.store.alarms import Notice
from backend.store.services import Order

router = APIRouter(tags=["orders"])


def idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(description="the same key with the same content is the same order; required"),
    ] = None,
) -> str:
    """Return the key of the request.

    Raises:
        Rejected: there is none, or it is longer than 200 characters.
    """
    if not idempotency_key or not idempotency_key.strip():
        raise Rejected(
            "缺少 Idempotency-Key：应带上一个对这次请求唯一的键，重发时用同一个键",
            "Idempotency-Key",
        )
    if len(idempotency_key) > 200:
        raise Rejected("Idempotency-Key 太长，应在200个字符以内", "Idempotency-Key")
    return idempotency_key


RequestKey = Annotated[str, Depends(idempotency_key)]


@router.post("/orders", status_code=201)
async def place_order(work: Unit, key: RequestKey, body: OrderNew, response: Response) -> OrderOut:
    """Order a service. The same key with the same content answers 200 with the same order."""
    outcome = await orders.place_order(work, key, PlaceOrder(**body.model_dump()))
    if outcome.repeated:
        response.status_code = 200
    return shown_order(outcome.order, outcome.notices)


@router.get("/orders")
async def list_orders(work: Unit, wanted: Wanted) -> Page[OrderOut]:
    """List orders, the latest first."""
    rows = await orders.orders(work, wanted)
    items = [shown_order(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/orders/{order}")
async def show_order(work: Unit, order: str) -> OrderOut:
    """Show one order, by id or number, with all notices about it."""
    row = await orders.order_of(work, order)
    await audit(work, "read", [f"order:{row.id}"])
    told = await telling.notices(work, Filter(limit=200), order_id=row.id)
    return shown_order(row, told)


@router.patch("/orders/{order}")
async def change_order(work: Unit, key: RequestKey, order: str, body: OrderChange) -> OrderOut:
    """Move, cancel or finish an order, by id or number; the family is told."""
    command = ChangeOrder(**body.model_dump())
    outcome = await orders.change_order(work, key, order, command)
    return shown_order(outcome.order, outcome.notices)


def shown_order(order: Order, notices: Sequence[Notice] = ()) -> OrderOut:
    """Return an order as the API shows it."""
    provider = order.provider_row
    return OrderOut(
        id=order.id,
        number=order.number,
        elder_id=order.elder_id,
        conversation_id=order.conversation_id,
        ordered_by=order.ordered_by,
        service=order.service,
        date=order.day.isoformat(),
        time=order.time,
        recurring=order.recurring,
        address=order.address,
        person=order.person,
        hospital=order.hospital,
        note=order.note,
        worker=order.worker,
        price=order.price,
        status=order.status,
        provider_id=order.provider_id,
        provider=provider.name if provider is not None else None,
        created_at=order.created_at,
        notices=[NoticeBrief.model_validate(notice) for notice in notices],
    )
