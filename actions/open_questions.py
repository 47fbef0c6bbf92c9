"""Questions that stand open outside a form, and which action a line goes to that answers them."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction

from actions.turn import Turn

SLOT = "policy_topic"
"""What the talk on policy is about."""
POLICY = "action_ask_policy"
APPLICATION = "action_apply_subsidy"
ASSESSMENT = "action_assessment_standing"

_OPEN = {"policy": POLICY, "correction": APPLICATION}
"""offer -> the action that reads whatever comes next"""
_GOES_ON = re.compile(r"那(?:么)?(?![你我就好行要])[^，。]{1,12}(?:呢|吗|多少钱?|几个|几岁)")

_WHO = re.compile(
    r"(?:[啥哪乜咩]|什么|么个|哪些|哪样|哪种)(?:样|子|款|号|种)?(?:的|个|嘅)?(?:人|老人)|"
    r"(?:那|到底|到头)[^，。]{0,12}(?:多少|几多|好多|几岁|要钱|[给发]钱|怎么[申办领]|咋[申办领])"
)
"""Who gets it, or how much it is, is asked of what the talk is about (那到底都给啥样人安)."""


def interviewed(turn: Turn, tracker: Tracker | None = None) -> list[EventType]:
    """Where a question stands open that a line answers in its own words, it goes there.

    A question of the rules, or what is to be put right in an application. So does a line that goes
    on from an answer on policy (那线下呢), whatever act it looks like. Else nothing.
    """
    if turn.offer in _OPEN:
        return [FollowupAction(_OPEN[turn.offer])]
    topic = tracker.get_slot(SLOT) if tracker is not None and not turn.form else None
    said = turn.text.strip("，。？?！ ")
    goes_on = topic and (_GOES_ON.fullmatch(said) or _WHO.search(said))
    return [FollowupAction(POLICY)] if goes_on else []
