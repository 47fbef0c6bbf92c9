"""What is meant by an answer to "are you in danger?", and by what is said while help is coming.

Anything but a clear no is danger. Where the question left the choice (an errand, or people?), an
errand is a no as well. Who has not heard the question is asked it once more.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from bot.denials import (
    brushed,
    denies,
    explains,
    marks,
    nothing_wrong,
    pleads,
    repeats_no,
    says_no,
    takes_leave,
    tells_what_fell,
    unhurt,
)
from bot.emergency_signs import EVEN, Sign, Signs
from bot.errands import (
    CLEARLY,
    IN_PASSING,
    WAITS,
    chooses_errand,
    groans,
    hurries,
    is_done,
    orders,
    wishes,
)
from bot.manner import wants_again
from bot.manner import wishes as wishes_about_the_voice
from bot.understanding import relief, standing
from bot.understanding.answers import yes_no
from bot.understanding.emergency import Emergency as Assessed
from bot.understanding.questions import asks_policy
from bot.understanding.services import find_service
from bot.understanding.times import parse_when

Meaning = Literal["no", "errand", "again", "danger"]
"""A clear no, a no that is a wish to be served now, a question not heard, and all else."""

_PERSON = re.compile(
    "人工|真人|转人|接线|客服|找个?人(?!聊|说|讲)|揾人(?!倾)|寻个?人(?!聊)|揣人|活人"
)
_TRIALS = ("the button", "the line")
"""How the recogniser calls a trial of the button, or a push by mistake."""
_MILD = frozenset(("fall", "lost", "unspecified", "unwell"))
"""Kinds of which a doubt can be over without a no."""


def meaning(doubt: Sign, text: str, assessed: Assessed, now: datetime) -> Meaning:
    """What an answer to the question about a doubt means.

    Args:
        doubt: what is asked about.
        text: what was answered; empty text is silence.
        assessed: what the recogniser hears in it.
        now: the clock of the conversation.
    """
    since = standing.since_when(text) if doubt.lived_with else None
    if since is not None:
        return "no" if since == "old" else "danger"
    if text and calms(assessed, text, now):
        return "errand" if orders(text, IN_PASSING) or asks_policy(text) else "no"
    if doubt.open and _is_vague(assessed, doubt) and asks_policy(text):
        return "errand"  # 政府给装的呼叫器是真的吗: words of a button, and no cry
    if _is_alike(doubt, assessed, text):
        return "errand" if chooses_errand(text) else "again"
    if not text or assessed.level != "no":
        return "danger"
    if doubt.kind != "self_harm" and unhurt(text):
        return "no"
    if doubt.kind == "fall" and repeats_no(text):
        return "no"
    if doubt.open and doubt.kind != "self_harm" and not doubt.sign and is_done(text):
        return "no"
    if doubt.open and not doubt.sign and wants_agent(text):
        return "errand"
    if _put_off(doubt, text, now):
        return "errand"
    if not doubt.repeated and (wants_again(text) or wishes_about_the_voice(text)):
        return "again"
    if doubt.open and not doubt.lived_with and _tells_on(doubt, text):
        if doubt.faint and not doubt.calmly_told and _is_everyday(text, assessed, now):
            return "errand"
        if not doubt.repeated:
            return "again"
    return "danger"


def _is_alike(doubt: Sign, assessed: Assessed, text: str) -> bool:
    """Whether line and answer only resemble a cry, both hardly: the choice is put once more."""
    alike = assessed.level == "possible" and assessed.likeness and assessed.span is None
    faint = doubt.faint and doubt.kind != "self_harm" and assessed.likelihood < EVEN
    return alike and faint and not doubt.repeated and _is_calm(text)


def _tells_on(doubt: Sign, text: str) -> bool:
    """Whether somebody of whom a line only sounded like danger says something else, calmly.

    它瞎叫唤哩，俺站着喂鸽子 and 得嘞 choose neither errand nor people: it is asked once more.
    """
    agreed = len(text) < _TELLING and yes_no(text, "confirm") == "yes" and not _JUST_OK.match(text)
    return _is_calm(text) and not agreed and not doubt.sign and doubt.kind != "self_harm"


def _is_everyday(text: str, assessed: Assessed, now: datetime) -> bool:
    """Whether an answer to a faint doubt sounds like everyday talk, and none is insisted on.

    Most answers of those in danger sound like a cry, or unlike any no; what names an hour need
    not sound like one.
    """
    if assessed.likelihood >= EVERYDAY or _IN_DANGER.search(text) or pleads(text):
        return False
    denied = relief.likelihood(text, marks(text)) >= DENYING
    return denied or parse_when(text, now.replace(tzinfo=None)) is not None


EVERYDAY = 0.05
"""Likelihood of a cry below which an answer is everyday talk."""
DENYING = 0.3
"""Likelihood of a no from which such talk is taken for one."""
LIKELY_NO = 0.7
"""Likelihood of a no from which it is believed where the fright was told as over."""
_IN_DANGER = re.compile(
    r"危[险先]|[晕昏][低倒过死]|心梗|中风|[夹压撞砸]断|走不了|没劲|撑[得不]|躺(?:在|到|佇)?[^，。床炕椅]{0,2}地|"
    r"(?<![累热冷饿气烦吵笑急忙困渴熬想])死"
)
"""Words that say so, be it denied in another breath (没危险啊，死了就没了)."""


def _is_calm(text: str) -> bool:
    """Whether a line has no word of need, and calls for nobody."""
    needs = hurries(text) or groans(text)
    return not (needs or WAITS.search(text) or _CALLS_PEOPLE.search(text))


_TELLING = 8
"""Characters from which on an answer tells something."""
_CALLS_PEOPLE = re.compile(
    "[叫喊派揣揾寻][^，。]{0,2}人|人来|来个?人|救|急|大夫|医生|先生来|"
    "(?:[你您恁汝]们?|麻烦|劳烦|唔该)[^，。我俺涯阮]{0,4}[来去]看(?![病医诊])"
)
"""Words that choose the people: 来人, 你们来看哇."""
_JUST_OK = re.compile("能?[得行中成]([嘞啦了咧咯哩哇]|$)")
"""What ends talk rather than says yes to one of two things."""


def _is_vague(assessed: Assessed, doubt: Sign) -> bool:
    """Whether neither the doubt nor the answer names a danger."""
    return assessed.level == "possible" and assessed.kind == doubt.kind == "unspecified"


def calms(assessed: Assessed, text: str, now: datetime) -> bool:
    """Whether an answer is a clear no."""
    if harmless(assessed):
        return denies(text, now)
    # 我没得事，是锅盖绊到地下了
    told = explains(text) or brushed(text) or tells_what_fell(text)
    told = told or (assessed.of_a_thing and says_no(text))
    return assessed.likeness and told


def harmless(assessed: Assessed) -> bool:
    """Whether the recogniser hears no danger, or only a trial of the button."""
    return assessed.level == "no" or (assessed.sign or "").startswith(_TRIALS)


def unmeant(signs: Signs, assessed: Assessed, text: str, now: datetime) -> bool:
    """Whether a mere cry is explained away (莫听他的，孙子乱按), or somebody takes leave.

    One in need does not take leave; who wants to die does.
    """
    if takes_leave(text) and "self_harm" not in signs.kinds:
        return True
    return signs.kinds <= {"unspecified"} and calms(assessed, text, now)


def wants_person(text: str) -> bool:
    """Whether somebody in danger asks to be put through."""
    return _PERSON.search(text) is not None


def wants_agent(text: str) -> bool:
    """Whether somebody only wants to speak with a person and no machine (我不跟机器讲)."""
    return _NO_MACHINE.search(text) is not None and not (hurries(text) or WAITS.search(text))


_NO_MACHINE = re.compile(
    r"[不莫毋唔别甭](?:要|想|爱|欲|愿意?|中意)*(?:再)?(?:跟|同|和|共|与|佮|听|用)[^，。]{0,3}机[器七气]|"
    r"(?:换|找|揾|寻|揣|叫|转|要|请)[^，。]{0,2}(?:真人|真的人|活人|人工)"
)
"""Words of somebody who asks for a person to speak to, in the stead of a machine."""


def _put_off(doubt: Sign, text: str, now: datetime) -> bool:
    """Whether what follows a doubt shows that nobody is in danger.

    A sign needs a no: who has fallen and will not be a burden says 明天再说吧. Where it was told as
    over, a service that is ordered is one. Who was given the choice and names a service has chosen;
    who has said that they want to die may do so, too.
    """
    if _IN_DANGER.search(text):
        return False
    if doubt.told_as_over and doubt.kind != "self_harm" and _goes_on_to_an_errand(text):
        return True
    if pleads(text) and not wishes(text, now):
        return False
    if doubt.faint and _speaks_of_the_same(doubt.text, text):
        return True
    if doubt.sign or (doubt.kind == "self_harm" and doubt.span):
        return False
    if doubt.kind in _MILD:
        return wishes(text, now) or (doubt.open and chooses_errand(text))
    return doubt.open and (orders(text, CLEARLY) if doubt.span else chooses_errand(text))


def _goes_on_to_an_errand(text: str) -> bool:
    """Whether what follows a fright told as over orders something, or says again that it is."""
    if WAITS.search(text):
        return False
    over = orders(text, IN_PASSING) or (nothing_wrong(text) and not pleads(text))
    return orders(text) or (over and relief.likelihood(text, marks(text)) >= LIKELY_NO)


def _speaks_of_the_same(doubted: str, text: str) -> bool:
    """Whether line and answer allude to one service (喊两份饭; 莫放海椒，煮耙点), and calmly.

    Who cannot find the way, or is ill, may well speak of a car or a doctor.
    """
    before, now = find_service(doubted), find_service(text)
    if before is None or now is None or before.service in _TAKEN_ALONG:
        return False
    return before.service == now.service and _is_calm(text)


def minds_other_business(text: str) -> bool:
    """Whether a service is ordered, calmly, that nobody in danger thinks of (明天来人打扫厨房)."""
    found = find_service(text)
    ordered = found is not None and orders(text) and found.service not in _TAKEN_ALONG
    return ordered and not (pleads(text) or _IN_DANGER.search(text))


_TAKEN_ALONG = frozenset({"companionship", "escort", "nursing", "transport"})
"""Services that somebody in danger may ask for."""
