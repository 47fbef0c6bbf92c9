"""Scenarios' people: the register as it is before a scripted conversation begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anban.errors import Rejected
from backend.config import BackendConfig
from backend.domain.phones import normal_phone
from backend.domain.times import CHINA, service_date, service_time
from backend.domain.words import ORDER_STATUSES
from backend.register import ensure_webhook, register
from backend.services.people import create_elder, create_family_member, elder_by_phone
from backend.services.work import Work, add_numbered
from backend.store.people import Elder, FamilyMember
from backend.store.services import Order

RELATIONS = {
    "daughter": "女儿",
    "son": "儿子",
    "wife": "老伴",
    "husband": "老伴",
    "spouse": "老伴",
    "granddaughter": "孙女",
    "grandson": "孙子",
    "daughter-in-law": "儿媳",
    "son-in-law": "女婿",
    "niece": "侄女",
    "nephew": "侄子",
    "sister": "姐妹",
    "brother": "兄弟",
    "neighbour": "邻居",
    "neighbor": "邻居",
}


@dataclass(frozen=True)
class LoadedProfile:
    """Who a scenario is about, and the number its caller shows."""

    id: str
    elder_id: str
    caller_phone: str
    order_ids: tuple[str, ...]


async def load_profiles(
    config: BackendConfig, scenarios: Sequence[Mapping[str, Any]], inbox_url: str
) -> list[LoadedProfile]:
    """Write the people and orders of scenarios into the register.

    A scenario has `id`, `now`, `profile` (name, age, phone, address, locality, low_income,
    disabled, disabled_level?, lives_alone, family_contact? {relation, phone}), `existing_orders`?
    and `caller`? {role, relation, bound}. A caller who is not bound to the elder, or is unknown,
    shows a number that is nobody's. A family contact is whom an emergency is told to; orders are
    told only to who is bound, and the contact is bound only as the caller who is said to be.

    Args:
        config: the backend's configuration; the database should be a fresh one.
        scenarios: as above.
        inbox_url: where the families' webhooks go.

    Raises:
        Rejected: a profile cannot be loaded; names the field.
    """
    loaded = []
    for scenario in scenarios:
        async with register(config, _clock(scenario)) as work:
            loaded.append(await _load(work, scenario, inbox_url))
    return loaded


def _clock(scenario: Mapping[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(str(scenario["now"]))
    except (KeyError, ValueError) as error:
        raise Rejected("应写成 2026-01-13T19:05 这样", "now") from error
    return found.replace(tzinfo=CHINA) if found.tzinfo is None else found


async def _load(work: Work, scenario: Mapping[str, Any], inbox_url: str) -> LoadedProfile:
    profile = scenario.get("profile")
    if not isinstance(profile, Mapping) or not profile.get("phone"):
        raise Rejected("应有 profile，其中至少有 phone", "profile")
    elder = await elder_by_phone(work, normal_phone(str(profile["phone"])))
    if elder is None:
        elder = await create_elder(work, _elder_values(work, profile))
    caller = scenario.get("caller") or {}
    caller_phone = await _family(work, elder, profile, caller, inbox_url)
    orders = [
        await _existing(work, elder, values) for values in scenario.get("existing_orders") or ()
    ]
    return LoadedProfile(str(scenario.get("id", "")), elder.id, caller_phone, tuple(orders))


def _elder_values(work: Work, profile: Mapping[str, Any]) -> dict[str, Any]:
    age = profile.get("age")
    return {
        "name": profile.get("name") or "",
        "phone": str(profile["phone"]),
        "address": profile.get("address"),
        "locality": profile.get("locality"),
        "birth_year": work.now.year - int(age) if age is not None else None,
        "lives_alone": bool(profile.get("lives_alone")),
        "low_income": bool(profile.get("low_income")),
        "disabled": bool(profile.get("disabled")),
        "disabled_level": profile.get("disabled_level"),
    }


async def _family(
    work: Work,
    elder: Elder,
    profile: Mapping[str, Any],
    caller: Mapping[str, Any],
    inbox_url: str,
) -> str:
    """Write the family contact, and a bound caller; return the number the caller shows."""
    contact = profile.get("family_contact") or {}
    is_family = caller.get("role") == "family"
    bound = bool(caller.get("bound"))
    known_phone = contact.get("phone")
    if known_phone:
        is_caller = is_family and _relation(caller) == _relation(contact)
        member = await _member(work, elder, contact, bound=bound and is_caller)
        await ensure_webhook(work, member, inbox_url)
        if is_caller:
            return str(known_phone)
    if not caller or caller.get("role") == "elder":
        return elder.phone or ""
    stranger = f"139{(elder.phone or '')[3:]}"
    if is_family and bound:
        await _member(work, elder, {**caller, "phone": stranger}, bound=True)
    return stranger


async def _member(
    work: Work, elder: Elder, person: Mapping[str, Any], *, bound: bool
) -> FamilyMember:
    values = {
        "elder_id": elder.id,
        "name": person.get("name") or "",
        "relation": _relation(person),
        "role": "family",
        "phone": person.get("phone"),
        "bound": bound,
    }
    return await create_family_member(work, values)


def _relation(person: Mapping[str, Any]) -> str:
    """What the family member is to the elder, in Chinese."""
    relation = str(person.get("relation") or "")
    return RELATIONS.get(relation, relation)


async def _existing(work: Work, elder: Elder, values: Mapping[str, Any]) -> str:
    time, status = values.get("time"), values.get("status") or "confirmed"
    if status not in ORDER_STATUSES:
        raise Rejected(f"没有这种状态：{status}，应是 {'、'.join(ORDER_STATUSES)}", "status")
    order = Order(
        elder_id=elder.id,
        ordered_by="elder",
        service=values["service"],
        day=service_date(values["date"]),
        time=service_time(time) if time else None,
        recurring=values.get("recurring"),
        address=values.get("address") or elder.address,
        hospital=values.get("hospital"),
        worker=values.get("worker"),
        status=status,
        created_at=work.now,
        updated_at=work.now,
    )
    await add_numbered(work, order)
    return order.id
