"""What stands open outside a form, and which action a line goes to that answers it."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction

from actions.phrases import ORDERS, settles_it_at_home
from actions.turn import Turn
from bot.understanding.curiosity import asks_where_now, pries, pries_on_strangers

SLOT = "policy_topic"
"""What the talk on policy is about."""
POLICY = "action_ask_policy"
APPLICATION = "action_apply_subsidy"
ASSESSMENT = "action_assessment_standing"
BINDING = "action_bind_elder"
PRIVATE = "action_keep_private"
KEPT_PRIVATE, KEPT_STILL = "utter_keep_private", "utter_keep_private_still"
"""what is told who asks for the number or the home of somebody else, and who then presses for it"""
HOW_TO_BIND = "utter_bind_how"
"""what a relative is told who wants to be bound to an elder"""

_OPEN = {"policy": POLICY, "correction": APPLICATION}
"""offer -> the action that reads whatever comes next"""
_GOES_ON = re.compile(r"那(?:么)?(?![你我就好行要])[^，。]{1,12}(?:呢|吗|多少钱?|几个|几岁)")

_WHO = re.compile(
    r"(?:[啥哪乜咩]|什么|么个|哪些|哪样|哪种)(?:样|子|款|号|种)?(?:的|个|嘅)?(?:人|老人)|"
    r"(?:那|到底|到头)[^，。]{0,12}(?:多少|几多|好多|几岁|要钱|[给发]钱|怎么[申办领]|咋[申办领])"
)
"""Who gets it, or how much it is, is asked of what the talk is about (那到底都给啥样人安)."""


_SAYS_IT_AGAIN = re.compile(
    r"[嗯啊哦对是系]*(?:就|净|只|光|单)(?:是|系)?(?:想|要|爱|来)?问[^订约单来]*$"
)
"""How words begin that say a question over (就问要填几份)."""
_DIGITS = "[零〇一二两三四五六七八九幺\\d]"
_OF_BINDING = re.compile(
    r"同意|应承|答应|愿意|允许|允准|点[了咗]?头|绑|(?:验证|短信|动态)码|[个只的那这嗰彼]码|"
    r"(?:打|敲|拨|挂)(?:去|过去|(?:个|一个)?电话(?:去|过去)?)?(?:[给畀予][佢她他伊渠])?问|问(?:[佢她他伊渠]|老人|本人)|"
    rf"(?<!{_DIGITS}){_DIGITS}{{4,8}}[啊呀啦了的，。]*$"
)
"""Consent that a relative tells of, and a code they read out."""
_INSISTS = re.compile(
    r"亲[情戚]|[一自]家人|自己人|[又都]?[不毋唔]是外人|[没冇无有][啥什么乜脉]*(?:要紧|关系|打紧)|"
    r"(?:跟|共|同|给|畀|话|讲)[我俺涯阮](?:讲|说|知|一?下|一?声)"
)
"""Words of a relative who wants to be told all the same (阮是亲情，你共我讲一下)."""
_NO_BINDING = re.compile(
    r"(?:[不毋唔免莫别甭无冇]|不[用要消必想]|[唔毋][使爱免好]|无爱)(?:再|去|帮我|给我|共我|同我)?绑"
)
"""Words of somebody who will do without being bound."""


def speaks_of_binding(turn: Turn, tracker: Tracker) -> bool:
    """Whether a relative goes on about being bound, after having been told how it works.

    That the elder has agreed (伊本人有同意), or a code, binds nobody: she tells us herself.
    """
    if turn.role == "elder" or turn.form or does_without_binding(turn):
        return False
    if not (_OF_BINDING.search(turn.text) or _INSISTS.search(turn.text)):
        return False
    return HOW_TO_BIND in _said(tracker)


def _said(tracker: Tracker) -> list[str]:
    """The sentences that Anban has said, the last one last."""
    told = (event.get("metadata") or {} for event in tracker.events if event.get("event") == "bot")
    return [one["utter_action"] for one in told if one.get("utter_action")]


_PLEADS = re.compile(
    r"破例|通融|行个方便|[就只]这?一[次回]|就一[次回下]|[他她伊佢渠][也都]?(?:同意|答应|愿意|知道)|"
    r"(?:同学|战友|亲[戚情]|熟人|朋友|邻居|自己人)|急(?:事|用)|为(?:什么|啥)不"
)
"""Words of who presses for what was kept from them."""


def keeps_private(turn: Turn, tracker: Tracker | None) -> bool:
    """Whether a line asks for what belongs to somebody else, or presses for it."""
    if pries_on_strangers(turn.text):
        return True
    pleads = not turn.form and _PLEADS.search(turn.text) is not None
    return pleads and tracker is not None and kept_private(tracker)


def kept_private(tracker: Tracker) -> bool:
    """Whether the last thing said was that somebody else's particulars are not told."""
    return not {KEPT_PRIVATE, KEPT_STILL}.isdisjoint(_said(tracker)[-2:])


def does_without_binding(turn: Turn) -> bool:
    """Whether somebody who is bound to nobody will not be, or will ask the elder themselves."""
    unbound = turn.role != "elder" and turn.elder is None and not turn.elders
    return unbound and bool(_NO_BINDING.search(turn.text) or settles_it_at_home(turn.text))


def goes_on_binding(turn: Turn, tracker: Tracker) -> list[EventType]:
    """Where a line goes on about being bound, it is answered by how that works; else nothing."""
    return [FollowupAction(BINDING)] if speaks_of_binding(turn, tracker) else []


def tells_on(turn: Turn, tracker: Tracker) -> list[EventType]:
    """Where somebody tells on how they live after an answer on policy, that goes on; else nothing.

    洗身着人帮，食饭自家会食 names two services, and wants neither brought; nor does who asks how
    much it is (上门洗澡那种一个月多少).
    """
    topic = turn.asked == "other" and not turn.form and tracker.get_slot(SLOT)
    told = _LIVES.search(turn.text) or _HOW_MUCH.search(turn.text)
    orders = ORDERS.search(turn.text) or (turn.heard.get("when") or {}).get("date")
    return [FollowupAction(POLICY)] if topic and told and not orders else []


_HOW_MUCH = re.compile(
    r"(?:多少|几多|好多|偌济|若济|几块|几元)(?:钱|块|元)?[啊呀呢嘛哦喔嘞咧哩]*[?？]?$"
)
"""Words at the end of a line that asks for a sum."""


_LIVES = re.compile(
    r"(?:自[己家]|自个儿?|家己)(?:就|还|都|也|阁|犹|倒)?(?:会|能|可以|得|晓得|做得)"
)
"""Words of what somebody still does for themselves."""


def asks_about_another(turn: Turn) -> bool:
    """Whether somebody who is bound to nobody asks for what only the bound are told."""
    unbound = turn.role != "elder" and turn.elder is None and not turn.elders
    return unbound and (pries(turn.text) or asks_where_now(turn.text))


def interviewed(turn: Turn, tracker: Tracker | None = None) -> list[EventType]:
    """Where a question stands open that a line answers in its own words, it goes there.

    A question of the rules, or what is to be put right in an application. So does a line that goes
    on from an answer on policy (那线下呢), whatever act it looks like, and one that goes on about
    being bound. Else nothing.
    """
    if turn.offer in _OPEN:
        return [FollowupAction(_OPEN[turn.offer])]
    if asks_about_another(turn):
        return [FollowupAction(BINDING)]
    if keeps_private(turn, tracker):
        return [FollowupAction(PRIVATE)]
    if tracker is not None and (events := goes_on_binding(turn, tracker)):
        return events
    topic = tracker.get_slot(SLOT) if tracker is not None and not turn.form else None
    said = turn.text.strip("，。？?！ ")
    again = _SAYS_IT_AGAIN.match(said) and not turn.heard.get("service")
    goes_on = topic and (again or _GOES_ON.fullmatch(said) or _WHO.search(said))
    return [FollowupAction(POLICY)] if goes_on else []
