"""The invented county of a first start: elders, families, providers, the whole catalogue."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.config import BackendConfig
from backend.register import ensure_webhook, fixed_id, register
from backend.services import agents
from backend.services.people import create_contact, create_elder, elder_by_phone
from backend.services.people import create_family_member as add_member
from backend.services.work import Work
from backend.store.people import Contact, Elder, FamilyMember
from backend.store.services import Offer, Provider

FOLDER = Path(__file__).parents[1] / "localities" / "demo"


@dataclass(frozen=True)
class DemoElder:
    """Somebody to call as, in the demo."""

    id: str
    name: str
    phone: str
    family_phones: tuple[str, ...]


async def load_demo(
    config: BackendConfig, inbox_url: str, folder: Path = FOLDER
) -> list[DemoElder]:
    """Load the demo county where it is missing; nothing that is there is changed.

    Args:
        config: the backend's configuration.
        inbox_url: where the families' webhooks go; the one thing that is brought up to date.
        folder: the county's folder.

    Returns:
        The demo's elders with the phone numbers one can call from.
    """
    async with register(config) as work:
        for values in _read(folder / "providers.toml")["provider"]:
            await _ensure_provider(work, values)
        for values in _read(folder / "county.toml").get("post", ()):
            await _ensure_post(work, values, inbox_url)
        found = _read(folder / "elders.toml")["elder"]
        return [await _ensure_elder(work, values, inbox_url) for values in found]


AGENT = "zhiban"
"""login of the demo's agent"""


async def demo_agent(config: BackendConfig) -> str:
    """Let the demo's agent in with a fresh random password; return it.

    Args:
        config: the backend's configuration.
    """
    async with register(config) as work:
        if AGENT in {agent.login for agent in await agents.agents(work)}:
            await agents.set_active(work, AGENT, True)
            return await agents.renew_password(work, AGENT)
        _, password = await agents.create_agent(work, AGENT, "值班员小安")
        return password


def _read(file: Path) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


async def _ensure_provider(work: Work, values: Mapping[str, Any]) -> None:
    provider_id = fixed_id("provider", values["locality"], values["name"])
    if await work.session.get(Provider, provider_id) is not None:
        return
    offers = [Offer(**offer) for offer in values["catalogue"]]
    work.session.add(Provider(id=provider_id, **{**values, "catalogue": offers}))
    await work.session.flush()


async def _ensure_post(work: Work, values: Mapping[str, Any], inbox_url: str) -> None:
    contact_id = fixed_id("post", values["area"], values["post"], values["name"])
    contact = await work.session.get(Contact, contact_id)
    if contact is None:
        fresh = {"id": contact_id, "channel": "webhook", "address": inbox_url, **values}
        await create_contact(work, fresh)
    else:
        contact.address = inbox_url


async def _ensure_elder(work: Work, values: Mapping[str, Any], inbox_url: str) -> DemoElder:
    family = values["family"]
    elder = await elder_by_phone(work, values["phone"])
    if elder is None:
        own = {name: value for name, value in values.items() if name != "family"}
        elder = await create_elder(work, own)
    for number, person in enumerate(family):
        await _ensure_member(work, elder, number, person, inbox_url)
    return DemoElder(
        elder.id, elder.name, values["phone"], tuple(person["phone"] for person in family)
    )


async def _ensure_member(
    work: Work, elder: Elder, number: int, person: Mapping[str, Any], inbox_url: str
) -> None:
    member_id = fixed_id("member", elder.id, number)
    member = await work.session.get(FamilyMember, member_id)
    if member is None:
        own = {name: value for name, value in person.items() if name != "email"}
        member = await add_member(work, {**own, "id": member_id, "elder_id": elder.id})
        await create_contact(
            work,
            {
                "channel": "email",
                "address": person["email"],
                "family_member_id": member.id,
                "priority": number + 2,
                "enabled": False,
            },
        )
    await ensure_webhook(work, member, inbox_url, number + 1)
