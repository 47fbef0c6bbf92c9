"""/v1/reminders, /v1/ratings: what elders want to be reminded of, and how they were served."""

from __future__ import annotations

from fastapi import APIRouter

from backend.api.schemas import Page
from backend.api.surroundings import Unit, Wanted
from backend.api.wish_schemas import RatingNew, RatingOut, ReminderNew, ReminderOut
from backend.services import ratings, reminders

router = APIRouter(tags=["wishes"])


@router.post("/elders/{elder_id}/reminders", status_code=201)
async def set_reminder(work: Unit, elder_id: str, body: ReminderNew) -> ReminderOut:
    """Remind an elder of a medicine; the same wish in one conversation is one reminder."""
    command = reminders.SetReminder(**body.model_dump())
    return ReminderOut.model_validate(await reminders.set_reminder(work, elder_id, command))


@router.get("/reminders")
async def list_reminders(work: Unit, wanted: Wanted) -> Page[ReminderOut]:
    """List the reminders that stand."""
    items = [ReminderOut.model_validate(row) for row in await reminders.reminders(work, wanted)]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/reminders/{reminder_id}/end")
async def end_reminder(work: Unit, reminder_id: str) -> ReminderOut:
    """End a reminder; one that has ended stays so."""
    return ReminderOut.model_validate(await reminders.end(work, reminder_id))


@router.post("/orders/{order}/rating", status_code=201)
async def rate_order(work: Unit, order: str, body: RatingNew) -> RatingOut:
    """Say how an order was carried out, by id or number; a bad word is looked into by people."""
    return RatingOut.model_validate(await ratings.rate(work, order, **body.model_dump()))


@router.get("/ratings")
async def list_ratings(work: Unit, wanted: Wanted) -> Page[RatingOut]:
    """List what was said of orders, the latest first."""
    items = [RatingOut.model_validate(row) for row in await ratings.ratings(work, wanted)]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)
