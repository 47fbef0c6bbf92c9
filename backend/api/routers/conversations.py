"""/v1/conversations: who is speaking, and what must outlive the call."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from backend.api.routers.orders import shown_order
from backend.api.schemas import (
    CallerOut,
    ConversationChange,
    ConversationOpen,
    ConversationOut,
    ConversationState,
    DraftOut,
    ElderBound,
    ElderKnown,
    ElderOut,
    SignsOfDay,
    Speaking,
)
from backend.api.surroundings import Around, Unit, moment
from backend.services import conversations, household
from backend.services.conversations import OpenConversation, Opened

router = APIRouter(tags=["conversations"])


@router.put("/conversations/{conversation_id}")
async def open_conversation(
    work: Unit, around: Around, conversation_id: str, body: ConversationOpen
) -> ConversationOut:
    """Say that a conversation begins or goes on, and learn who it is; idempotent.

    `now` counts only with a test clock. A withheld or unusable `phone` is an unknown caller.
    `draft` is what the most recent earlier conversation of this person left unfinished.
    """
    if body.now and around.config.test_clock:
        work = replace(work, now=moment(body.now))
    command = OpenConversation(conversation_id, body.channel, body.phone, body.elder_id)
    return _shown(await conversations.open_conversation(work, command))


@router.get("/conversations/{conversation_id}")
async def show_conversation(work: Unit, conversation_id: str) -> ConversationState:
    """Show what is kept of a conversation."""
    row = await conversations.conversation(work, conversation_id)
    return ConversationState.model_validate(row)


@router.get("/conversations/{conversation_id}/elders/{elder_id}/day")
async def show_day(work: Unit, conversation_id: str, elder_id: str) -> SignsOfDay:
    """Show signs of an elder's day to a relative who asks; 404 where the elder did not agree."""
    elder = await conversations.who_may_know(work, conversation_id, elder_id, "state_answer")
    found = await household.today(work, elder)
    return SignsOfDay(spoke_at=found.spoke_at, device_at=found.device_at)


@router.patch("/conversations/{conversation_id}")
async def change_conversation(
    work: Unit, conversation_id: str, body: ConversationChange
) -> ConversationState:
    """Keep a draft, end a conversation, remember how somebody likes to be spoken to."""
    values = body.model_dump(exclude_unset=True)
    row = await conversations.update_conversation(work, conversation_id, values)
    return ConversationState.model_validate(row)


def _shown(opened: Opened) -> ConversationOut:
    return ConversationOut(
        id=opened.row.id,
        caller=_caller(opened),
        elder=_elder(opened),
        elders=[
            ElderBound.model_validate(one.elder).model_copy(
                update={"bond": one.relation, "consents": list(one.consents)}
            )
            for one in opened.members
        ],
        draft=_draft(opened),
        open_orders=[shown_order(order) for order in opened.open_orders],
        speaking=Speaking.model_validate(opened.speaking),
    )


def _caller(opened: Opened) -> CallerOut:
    role, member = opened.row.caller_role, opened.member
    if member is not None:
        return CallerOut(
            role=role, relation=member.relation, name=member.name, family_member_id=member.id
        )
    name = opened.elder.name if role == "elder" and opened.elder is not None else None
    return CallerOut(role=role, name=name)


def _elder(opened: Opened) -> ElderKnown | None:
    if opened.elder is None:
        return None
    shown = ElderOut.model_validate(opened.elder)
    return ElderKnown(**shown.model_dump(), estates=list(opened.estates))


def _draft(opened: Opened) -> DraftOut | None:
    if opened.draft is None:
        return None
    earlier = opened.draft
    return DraftOut(
        conversation_id=earlier.id,
        data=earlier.draft,
        updated_at=earlier.updated_at,
        last_ask=earlier.last_ask,
    )
