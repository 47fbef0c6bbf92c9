"""/v1/mini: what the mini-program and its page show, to whoever has a pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from limits import parse

from anban.errors import Unproven
from backend.api.mini_schemas import (
    AlarmOut,
    AlarmsOut,
    AskingNew,
    BindingNew,
    BindingOut,
    CardOut,
    CatalogueOut,
    CodeShown,
    CodeWish,
    ConsentsNew,
    CreditNew,
    ElderPageOut,
    HeldOut,
    LastPlaceOut,
    MeOut,
    OfferedOut,
    OwnAccountOut,
    PersonOut,
    RelativeOut,
    RelativesOut,
    TodayOut,
    VisitOut,
    WhereNew,
    WishNew,
    WorkerBrief,
)
from backend.api.routers.orders import RequestKey
from backend.api.surroundings import Around, Now, Surroundings
from backend.domain.orders import PlaceOrder
from backend.domain.places import map_url, position
from backend.domain.times import said_day, said_time
from backend.domain.words import EMERGENCIES, LIVE_EMERGENCY_STATUSES, SERVICES
from backend.passes import Passes, conversation_of
from backend.services import accounts, binding, catalogue, emergencies, household, workers
from backend.services.accounts import AccountName
from backend.services.household import Bond
from backend.services.timeline import everything_told
from backend.services.work import Work
from backend.store.alarms import Emergency
from backend.store.people import Elder
from backend.store.services import Order, Provider

router = APIRouter(prefix="/mini", tags=["mini-program"])


async def account(
    around: Around, authorization: Annotated[str, Header(description="Bearer PASS")] = ""
) -> AccountName:
    """Return whose pass a request brings.

    Raises:
        Unproven: it brings none.
    """
    kind, _, shown = authorization.partition(" ")
    if kind.lower() != "bearer":
        raise Unproven("请先登录")
    return Passes(around.config.pass_secret).account(shown)


Who = Annotated[AccountName, Depends(account)]


async def work_of(around: Around, now: Now, who: Who) -> AsyncIterator[Work]:
    """Give an endpoint its transaction; the audit names the account, whatever a header says."""
    async with around.work(now, conversation_of(who)) as unit:
        yield unit


Unit = Annotated[Work, Depends(work_of, scope="function")]


@router.get("/me")
async def me(work: Unit, who: Who) -> MeOut:
    """Say whose pass it is, whom they can call, and which elders they belong to."""
    found = await household.bonds(work, who)
    own = next((one.elder for one in found if one.member is None), None)
    worker = await workers.worker_of(work, who)
    row = await accounts.account(work, who)
    templates = work.config.templates
    return MeOut(
        role="elder" if own else "family" if found else "worker" if worker else "unknown",
        name=own.name if own else "",
        hotline=work.config.hotline,
        people=await _people(work, own) if own else [],
        elders=[_card(one) for one in found if one.member is not None],
        token=Passes(work.config.pass_secret).issue(who.channel, who.address),
        reached_by=await household.reached_by(work, found, row.credits),
        templates=dict(templates),
        credits={event: row.credits.get(id, 0) for event, id in templates.items()},
        work=WorkerBrief.model_validate(worker) if worker else None,
    )


async def _people(work: Work, elder: Elder) -> list[PersonOut]:
    return [
        PersonOut(name=one.name, relation=one.relation, phone=one.phone)
        for one in await household.family(work, elder)
        if one.phone
    ]


def _card(one: Bond) -> CardOut:
    member = one.member
    return CardOut(
        elder_id=one.elder.id,
        name=one.elder.name,
        relation=member.relation if member else "本人",
        role=member.role if member else "elder",
        phone=one.elder.phone,
        consents=list(member.consents) if member else [],
    )


@router.get("/elders/{elder_id}")
async def elder_page(work: Unit, who: Who, elder_id: str) -> ElderPageOut:
    """Show an elder one belongs to, as far as the elder agrees."""
    one = await household.bond(work, who, elder_id)
    signs = await household.today(work, one.elder)
    alarms = await household.emergencies_of(work, [elder_id])
    return ElderPageOut(
        card=_card(one),
        today=TodayOut(spoke_at=signs.spoke_at, device_at=signs.device_at)
        if one.may("signs_of_day")
        else None,
        last_place=await _last_place(work, one),
        visits=[_visit(row) for row in await household.orders_of(work, one.elder)]
        if one.may("order_list")
        else None,
        alarms=await _alarms(work, alarms, [one]),
    )


async def _last_place(work: Work, one: Bond) -> LastPlaceOut | None:
    found = await household.last_place(work, one.elder) if one.may("last_place") else None
    if found is None:
        return None
    return LastPlaceOut(
        latitude=found.place.latitude,
        longitude=found.place.longitude,
        system=found.place.system,
        map_url=map_url(found.place, None, one.elder.name),
        at=found.at,
    )


@router.get("/emergencies")
async def list_alarms(work: Unit, who: Who) -> AlarmsOut:
    """List emergencies of the elders one belongs to: live ones first, those over for a week."""
    found = await household.bonds(work, who)
    rows = await household.emergencies_of(work, [one.elder.id for one in found])
    return AlarmsOut(items=await _alarms(work, rows, found))


@router.post("/emergencies/{emergency_id}/going")
async def go(work: Unit, who: Who, emergency_id: str) -> AlarmOut:
    """Say that one goes to help; 409 where somebody else does already."""
    row, one = await household.go(work, who, emergency_id)
    return _alarm(row, one, mine=True)


async def _alarms(work: Work, rows: Sequence[Emergency], found: Sequence[Bond]) -> list[AlarmOut]:
    by_elder = {one.elder.id: one for one in found}
    mine = await household.held_by(work, rows, found)
    await household.note_overrides(work, rows, found)
    return [_alarm(row, by_elder[row.elder_id or ""], mine=row.id in mine) for row in rows]


def _alarm(row: Emergency, one: Bond, *, mine: bool) -> AlarmOut:
    live = row.status in LIVE_EMERGENCY_STATUSES
    location = row.location if live or one.may("place_of_past_cry") else None
    where = position(location)
    return AlarmOut(
        id=row.id,
        elder_id=one.elder.id,
        elder=one.elder.name,
        phone=one.elder.phone,
        kind=EMERGENCIES[row.kind],
        status=row.status,
        text=row.text if live or one.may("words_of_past_cry") else "",
        address=one.elder.address if live else None,
        location=location,
        latitude=where.latitude if where else None,
        longitude=where.longitude if where else None,
        system=where.system if where else None,
        map_url=map_url(where, one.elder.address) if live else None,
        raised_at=row.raised_at,
        held_by=row.acknowledged_by,
        held_at=row.acknowledged_at,
        mine=mine,
    )


# orders


@router.get("/elders/{elder_id}/catalogue")
async def list_offers(work: Unit, who: Who, elder_id: str) -> CatalogueOut:
    """List what can be ordered for an elder, with the price where there is one."""
    one = await household.bond(work, who, elder_id)
    items = [await _offered(work, service, one.elder.locality) for service in SERVICES]
    return CatalogueOut(items=items)


async def _offered(work: Work, service: str, locality: str | None) -> OfferedOut:
    """Return a service at the nearest provider's price; without one it can be ordered, too."""
    offer = await catalogue.best_offer(work, service, locality)
    provider = await work.session.get(Provider, offer.provider_id) if offer else None
    return OfferedOut(
        service=service,
        name=SERVICES[service],
        price=offer.price if offer else None,
        unit=offer.unit if offer else None,
        provider=provider.name if provider else None,
    )


@router.post("/orders", status_code=201)
async def book(
    work: Unit, who: Who, key: RequestKey, body: WishNew, response: Response
) -> VisitOut:
    """Order a service for an elder. The same key with the same content is the same order."""
    wish = PlaceOrder(conversation=conversation_of(who), **body.model_dump())
    outcome = await household.book(work, who, own_key(who, key), wish)
    if outcome.repeated:
        response.status_code = 200
    return _visit(outcome.order)


@router.post("/orders/{order}/cancel")
async def cancel(work: Unit, who: Who, key: RequestKey, order: str) -> VisitOut:
    """Cancel an order, by id or number; who else belongs to the elder is told."""
    outcome = await household.cancel(work, who, own_key(who, key), order)
    return _visit(outcome.order)


def own_key(who: AccountName, key: str) -> str:
    """Return a key that no other account's can be."""
    return f"{conversation_of(who)}:{key}"[:200]


def _visit(row: Order) -> VisitOut:
    provider = row.provider_row
    return VisitOut(
        id=row.id,
        number=row.number,
        service=row.service,
        name=SERVICES[row.service],
        date=row.day.isoformat(),
        time=row.time,
        when=f"{said_day(row.day)}{said_time(row.time)}",
        recurring=row.recurring is not None,
        status=row.status,
        by_whom=row.worker or (provider.name if provider else None),
        address=row.address,
        note=row.note,
        price=row.price,
    )


# the elder's family, binding, credits


@router.get("/family")
async def list_family(work: Unit, who: Who) -> RelativesOut:
    """List who belongs to the elder who asks, and what each may know."""
    one = await household.own_bond(work, who)
    rows = await household.family(work, one.elder)
    rows_of_own = await household.own_accounts(work, one.elder)
    own = [
        OwnAccountOut(
            id=row.id,
            channel=row.channel,
            here=(row.channel, row.address) == (who.channel, who.address),
            since=row.created_at,
        )
        for row in rows_of_own
    ]
    return RelativesOut(items=[RelativeOut.model_validate(row) for row in rows], own=own)


@router.delete("/family/accounts/{contact_id}", status_code=204, response_class=Response)
async def end_account(work: Unit, who: Who, contact_id: str) -> None:
    """End one of the elder's own accounts."""
    await household.end_own_account(work, who, contact_id)


@router.put("/family/{member_id}/consents")
async def change_consents(work: Unit, who: Who, member_id: str, body: ConsentsNew) -> RelativeOut:
    """Set what somebody may know of the elder who asks."""
    row = await household.change_consents(work, who, member_id, body.consents)
    return RelativeOut.model_validate(row)


@router.delete("/family/{member_id}", status_code=204, response_class=Response)
async def part_with(work: Unit, who: Who, member_id: str) -> None:
    """End somebody's binding to the elder who asks."""
    await household.part_with(work, who, member_id)


@router.post("/codes", status_code=201)
async def make_code(work: Unit, who: Who, body: CodeWish | None = None) -> CodeShown:
    """Make a number that the elder who asks can pass on, for half an hour."""
    one = await household.own_bond(work, who)
    kinds = body.consents if body else None
    code, row = await binding.make_code(work, one.elder.id, "call", consents=kinds)
    return CodeShown(code=code, expires_at=row.expires_at)


WRONG_HERE, WRONG_EVERYWHERE = parse("10/hour"), parse("60/hour")
"""wrong numbers from one address, and from all: an account costs nothing, so it is not the limit"""


def may_try(around: Surroundings, request: Request) -> bool:
    """Return whether another number may be tried from where a request comes."""
    here = _address(request)
    return around.tries.test(WRONG_HERE, here) and around.tries.test(WRONG_EVERYWHERE)


def note_try(around: Surroundings, request: Request) -> None:
    """Count a wrong number."""
    around.tries.hit(WRONG_HERE, _address(request))
    around.tries.hit(WRONG_EVERYWHERE)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.post("/bindings")
async def bind(
    work: Unit, around: Around, request: Request, who: Who, body: BindingNew
) -> BindingOut:
    """Bind the account to the elder who gave it a number; a wrong number is no error."""
    if not may_try(around, request):
        return BindingOut(status="too_many", elder=None, role=None)
    done = await binding.bind(work, who, **body.model_dump())
    if done.status == "wrong":
        note_try(around, request)
    role = "elder" if done.elder and not done.member else None
    return BindingOut(
        status=done.status,
        elder=done.elder.name if done.elder else None,
        role=done.member.role if done.member else role,
    )


@router.delete("/bindings", status_code=204, response_class=Response)
async def unbind(work: Unit, who: Who) -> None:
    """End all bindings of the account at its owner's own wish."""
    await binding.unbind(work, who)


@router.post("/binding-requests", status_code=202, response_class=Response)
async def ask(work: Unit, who: Who, body: AskingNew) -> None:
    """Ask the community; whoever asks does not learn whether there is such an elder."""
    await binding.request(
        work, who, elder_phone=body.elder_phone, name=body.name, relation=body.relation
    )


@router.post("/credits")
async def top_up(work: Unit, who: Who, body: CreditNew) -> MeOut:
    """Note that one more subscription message was allowed."""
    template = work.config.templates.get(body.event)
    if template is not None:
        await accounts.top_up(work, who, template, 1)
    return await me(work, who)


@router.post("/sos/{key}/where", status_code=204, response_class=Response)
async def locate(work: Unit, who: Who, key: str, body: WhereNew) -> None:
    """Say where one is, after the cry; 404 until that has arrived. It never raises another one."""
    await emergencies.locate(work, f"{conversation_of(who)}:{key}", body.place)


@router.get("/sos/{key}")
async def held(work: Unit, who: Who, key: str) -> HeldOut:
    """Say what became of one's own cry for help: who is told, and who comes."""
    row = await emergencies.by_key(work, f"{conversation_of(who)}:{key}")
    if row is None:
        return HeldOut(arrived=False)
    notices = (await everything_told(work, [row.id])).notices.get(row.id, ())
    told = [one.recipient for one in notices if one.status in ("pending", "delivered")]
    return HeldOut(
        arrived=True,
        status=row.status,
        held_by=row.acknowledged_by,
        told=list(dict.fromkeys(name for name in told if name)),
    )
