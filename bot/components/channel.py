"""Rasa's door to bot/dialogue.py: one message in, all replies out as data."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.components.action_answers import check_schema_once
from bot.components.later import not_served

logger = logging.getLogger(__name__)


class CollectedReplies(OutputChannel):
    """Collects each response whole: text, what it asks, citations, and which sentence it is."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name in trackers."""
        return "anban"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps text and ``custom`` of one response together; Rasa's own channels split them."""
        self.replies.append(
            {
                "text": message.get("text") or "",
                "key": message.get("utter_action"),
                **(message.get("custom") or {}),
            }
        )


_ASKS_NOTHING = (None, "menu", "other", "service")
"""What was asked where a line may begin a booking."""


_SETTLED = frozenset(("utter_order_placed", "utter_order_moved", "utter_order_cancelled"))
"""What is said once a yes to a read-back was carried out."""


class AnbanInput(InputChannel):
    """``POST /webhooks/anban/webhook {"sender","message","metadata"}`` with a bearer token.

    Answers ``{"replies": [...], "later": ["…"]}`` (``later``: words of the line that want something
    else, still to be served), or 500 with ``{"replies": []}`` where the dialogue failed, so
    that the caller can fall back at once instead of taking silence for an answer.
    """

    @classmethod
    def name(cls) -> str:
        """The path segment under /webhooks."""
        return "anban"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> AnbanInput:
        """Reads the token from credentials.yml; Rasa refuses to start without it."""
        if not credentials or not credentials.get("token"):
            cls.raise_missing_credentials_exception()
        assert credentials is not None
        check_schema_once()
        return cls(credentials["token"])

    def __init__(self, token: str) -> None:
        self._token = token

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel."""
        blueprint = Blueprint("anban_webhook", "bot_components_channel")

        @blueprint.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.token or "", self._token):
                return json({"replies": [], "detail": "wrong token"}, status=401)
            body = request.json
            collected = CollectedReplies()
            message = UserMessage(
                body["message"],
                collected,
                body["sender"],
                input_channel=self.name(),
                metadata=body.get("metadata") or {},
            )
            try:
                await on_new_message(message)
                tracker = await request.app.ctx.agent.processor.get_tracker(body["sender"])
            except Exception as error:  # noqa: BLE001 - the outer edge of one message: never the text in the log
                logger.error("message failed: %s", type(error).__name__)
                return json({"replies": collected.replies}, status=500)
            changing = _changing(tracker)
            booking = _booking(tracker)
            before = _booked(tracker) - {booking}
            later = not_served(
                _last_said(tracker),
                booking,
                changing=changing,
                begins=message.metadata.get("ask") in _ASKS_NOTHING,
                before=before,
                settled=any(reply["key"] in _SETTLED for reply in collected.replies),
            )
            if tracker.active_loop_name == "assessment_form":
                later = []  # 饭要人喂，澡要人洗 orders nothing
            return json({"replies": collected.replies, "later": later})

        return blueprint


def _last_said(tracker: DialogueStateTracker) -> Mapping[str, Any]:
    """What was understood of the last line.

    ``latest_message`` of a tracker that was stored is the line before the form: Rasa takes the
    answers to a form out when it replays a conversation.
    """
    said = tracker.get_last_event_for(UserUttered, event_verbosity=EventVerbosity.ALL)
    return said.parse_data if isinstance(said, UserUttered) and said.parse_data else {}


def _changing(tracker: DialogueStateTracker) -> str | None:
    """What becomes of an order after a turn: ``cancel``, ``move``, or None where nothing does."""
    return tracker.get_slot("change") if tracker.active_loop_name == "change_form" else None


def _booking(tracker: DialogueStateTracker) -> str | None:
    """The service being booked after a turn; None where no booking is under way."""
    return tracker.get_slot("service") if tracker.active_loop_name == "booking_form" else None


def _booked(tracker: DialogueStateTracker) -> set[str | None]:
    """The services that were spoken of as bookings so far."""
    events = (one for one in tracker.events if isinstance(one, SlotSet))
    return {one.value for one in events if one.key == "service"}
