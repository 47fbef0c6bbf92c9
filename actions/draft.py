"""The draft of a booking: what is known, what a line adds or corrects, what to ask next.

Pure: no Rasa, no backend. ``actions/booking.py`` carries it into slots.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from actions.shift import shifted
from actions.told import (
    at_a_meal,
    hour_first,
    of_an_event,
    of_somebody_else,
    stay_begins,
    wished_once,
)
from actions.turn import FORM, Person, Turn
from bot.understanding.services import NAMED, find_service, mentions, turned_away
from bot.understanding.several import ALSO
from bot.understanding.times import parse_when
from bot.understanding.times.parser import mentions as days_and_hours

MAX_ADDRESS = 200
"""Characters; the service backend refuses longer ones."""

_PARTS_OF_DAY = {"morning": (5, 11), "noon": (11, 13), "afternoon": (12, 18), "evening": (17, 23)}


@dataclass(frozen=True)
class Draft:
    """A booking in the making; dates are YYYY-MM-DD, times HH:MM or a part of the day."""

    service: str | None = None
    date: str | None = None
    time: str | None = None
    recurring: str | None = None
    address: str | None = None
    person: str | None = None
    hospital: str | None = None
    phone: str | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Draft:
        """Takes the fields it knows out of slots or of a stored draft."""
        return cls(**{field.name: values.get(field.name) for field in fields(cls)})

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for slots and for the backend."""
        return asdict(self)

    @property
    def empty(self) -> bool:
        """True where nothing was said yet."""
        return all(value is None for value in self.as_dict().values())

    @property
    def vague(self) -> bool:
        """True where the time is a part of the day in which somebody has to be waited for.

        A meal at noon needs no hour.
        """
        return self.time in _PARTS_OF_DAY and not (self.time == "noon" and self.service == "meals")


@dataclass(frozen=True)
class Heard:
    """What a line did to the draft.

    Attributes:
        draft: the draft after it.
        changed: names of the fields that have another value now.
        problem: past, conflict, which_day or half_of_day, where a time cannot be taken as said.
        hour: the hour in doubt where the problem is half_of_day, as it was said.
    """

    draft: Draft
    changed: frozenset[str]
    problem: str | None = None
    hour: str | None = None


def heard(draft: Draft, turn: Turn) -> Heard:
    """Applies one line to the draft: fills what is missing, corrects what was said anew."""
    turn = _about(draft, turn)
    new = draft
    problem, hour = None, None
    when = turn.heard.get("when")
    if when and _is_just_now(turn, when):
        when = None
    step = shifted(turn.text, draft.date, draft.time) if turn.form == FORM else None
    if step and turn.asked == "confirm" and not (when or {}).get("date"):
        new, when = replace(new, date=step[0], time=step[1]), None
    if when:
        when = hour_first(turn, when)
    if when and when.get("recurring"):
        when = wished_once(turn, when)
    meant = draft.service or (turn.heard.get("service") or {}).get("service")
    if when and at_a_meal(turn, when, meant):
        when = {**when, "time": None}
    if when and (stay := stay_begins(turn, when, meant)):
        when = stay
    if when and _says_again(turn, when, draft.date):
        when = {**when, "date": draft.date}
    if when and _is_as_read(turn, when, draft):
        when = None
    if when and draft.date and (other := _instead(turn, draft.date)):
        when = other
    if when and turn.asked in _BEFORE_TIME and _is_told_only(turn, when, draft.service):
        when = {**when, "date": None, "ask": True, "reason": "unclear"}
    if when:
        new, problem, hour = _with_time(new, when, turn.asked)
    new = _with_address(new, turn)
    new = _with_people(new, turn)
    service = None if _only_guessed(turn) else turn.heard.get("service")
    corrects = new != draft or problem is not None
    exchanged = new.service in turned_away(turn.text)  # 不是洗衣服是打扫
    chosen = (
        exchanged
        or _orders_instead(new, turn)
        or _corrects_service(new, turn)
        or _chooses_service(turn, corrects=corrects)
    )
    if service and (not new.service or chosen):
        new = replace(new, service=service["service"])
    changed = frozenset(
        name for name, value in new.as_dict().items() if value != getattr(draft, name)
    )
    return Heard(new, changed, problem, hour)


def _is_just_now(turn: Turn, when: Mapping[str, Any]) -> bool:
    """Whether an hour tells how or where one is now (对，这会儿不晕了; 这阵儿住闺女家)."""
    said = when.get("said") or ""
    if when.get("date") or _NOW.fullmatch(said) is None:
        return False
    agrees = turn.asked == "confirm" and turn.heard.get("yes_no") == "yes"
    return agrees or _STAYS_AT.match(turn.text, turn.text.find(said) + len(said)) is not None


_NOW = re.compile(
    "[这即]会儿?|[这即]阵儿?|[这即]马|这[下哈]儿?|现在|现下|[而依]家|今下|眼下|目前|此刻|当下"
)


_STAYS_AT = re.compile(r"[儿里]?(?:[我俺涯阮]们?)?[都就也]?[是系]?(?:搁|在|喺|佇|住)(?!吗)")
"""Behind a word for now: where somebody is staying."""


def _says_again(turn: Turn, when: Mapping[str, Any], day: str | None) -> bool:
    """Whether a yes to a read-back names its weekday again (对，礼拜三), and no nearer one."""
    agrees = turn.asked == "confirm" and turn.heard.get("yes_no") == "yes"
    if not (agrees and day and when.get("date") and _WEEKDAY.match(when.get("said") or "")):
        return False
    return date.fromisoformat(day).weekday() == date.fromisoformat(when["date"]).weekday()


def _is_as_read(turn: Turn, when: Mapping[str, Any], draft: Draft) -> bool:
    """Whether a yes to a read-back only names its hour again, beside no day (系前一日九点)."""
    agrees = turn.asked == "confirm" and turn.heard.get("yes_no") == "yes"
    same = when.get("time") is not None and finer(draft.time, when["time"]) == draft.time
    return agrees and same and not (when.get("date") or when.get("start") or when.get("recurring"))


_WEEKDAY = re.compile(r"(?:礼拜|星期|周|拜)[一二三四五六日天]")


def _instead(turn: Turn, day: str) -> dict[str, Any] | None:
    """The one other day that a line names after it refuses the day that was taken.

    不行，礼拜四医保的人来家，礼拜五吧前晌十点.
    """
    told = turn.heard.get("when") or {}
    if not told.get("ask") or turn.heard.get("yes_no") != "no":
        return None
    now = turn.now.replace(tzinfo=None)
    read, said = days_and_hours(turn.text, now)
    for one in said:
        when = parse_when(read[one.start : one.end], now)
        if when and when.date and when.date.isoformat() != day:
            rest = parse_when(read[one.start :], now, turn.asked) or when
            same = rest.date == when.date and not rest.ask
            chosen = rest if same else when
            return {**chosen.as_dict(), "reason": chosen.reason, "said": chosen.span}
    return None


def _is_told_only(turn: Turn, when: Mapping[str, Any], service: str | None) -> bool:
    """Whether the one day of a line is named for what is on, or for what somebody else does."""
    meant = service or (turn.heard.get("service") or {}).get("service")
    day = when.get("date") and not when.get("recurring")
    plain = turn.asked == "date" and len(turn.text) <= _FEW
    if not day or plain:
        return False
    said = when.get("said") or ""
    event = not when.get("time") and of_an_event(turn.text, said, meant)
    return event or of_somebody_else(turn.text, said, meant)


_FEW = 12
"""Characters up to which what follows "which day?" is its answer."""


def _only_guessed(turn: Turn) -> bool:
    """Whether a story only sounds like a service: no word names it, and little speaks for it.

    To ask for it costs a question; a wrong one is noticed at the read-back, if at all.
    """
    service = turn.heard.get("service") or {}
    if service.get("by") != "classifier" or turn.asked == "service":
        return False
    named = any(one.service == service["service"] for one in mentions(turn.text))
    return not named and turn.confidence * service["score"] < _GUESSED


_GUESSED = 0.75
"""Probability of act and service together under which a service that no word names is asked for."""


def _about(draft: Draft, turn: Turn) -> Turn:
    """The line as far as it is about this booking, where it speaks of several."""
    parts = turn.heard.get("parts") or ()
    own = next((part for part in parts if draft.service in (None, part["service"])), None)
    if own is None:
        return turn
    kept = {kind: value for kind, value in turn.heard.items() if kind not in ("when", "parts")}
    time = {"when": own["when"]} if own["when"] else {}
    return replace(turn, text=own["text"], heard={**kept, **time})


def _chooses_service(turn: Turn, *, corrects: bool) -> bool:
    """A service already chosen changes only where the caller is choosing, not in passing.

    Who corrects the hour because they are out shopping does not order shopping, and who says yes
    to a read-back and names another service wants that one, too.
    """
    if turn.asked in ("service", "menu"):
        return True
    if turn.asked == "hospital":
        return _names_another(turn)
    if turn.asked == "confirm" and turn.heard.get("yes_no") == "yes":
        return False
    return turn.asked in ("other", "confirm") and not corrects


def _orders_instead(draft: Draft, turn: Turn) -> bool:
    """Whether another service is ordered in so many words while a day or an hour is asked for."""
    found = find_service(turn.text) if turn.asked in ("date", "time") else None
    return (
        found is not None and found.ordered and draft.service not in (found.service, *found.others)
    )


def _corrects_service(draft: Draft, turn: Turn) -> bool:
    """Whether a few words after a read-back name another service than was read (系冲凉呀冇错)."""
    named = {one.service for one in mentions(turn.text) if one.weight >= NAMED}
    return (
        turn.asked == "confirm"
        and len(turn.text) <= _FEW
        and "when" not in turn.heard
        and len(named) == 1
        and draft.service not in named
        and ALSO.search(turn.text) is None
    )


def _with_time(
    draft: Draft, when: Mapping[str, Any], asked: str | None
) -> tuple[Draft, str | None, str | None]:
    reason, said_time = when.get("reason"), when.get("time")
    if asked == "time" and draft.date and said_time and reason != "half-of-day":
        day = when.get("date") if not when.get("ask") else None
        return (
            replace(draft, time=finer(draft.time, said_time), date=day or draft.date),
            None,
            None,
        )
    if asked == "confirm" and _repeats(draft, when):
        return draft, None, None
    if when.get("date") and (
        reason == "after-midnight" or (asked == "date" and reason == "unclear")
    ):  # it was asked for, or can be said in no other words; the read-back names the date
        return _taken(draft, when), None, None
    settled = draft.date is not None and asked not in ("date", "confirm", "other")
    if settled and reason != "half-of-day" and (when.get("ask") or when.get("start")):
        return draft, None, None  # 我这几天在女儿家 is no new date
    if when.get("ask"):
        return _doubtful_time(draft, when, reason)
    if when.get("start") and not when.get("date"):
        return draft, "which_day", None
    return _taken(draft, when), None, None


def _repeats(draft: Draft, when: Mapping[str, Any]) -> bool:
    """Whether a line only says the day and hour again that were read back."""
    said_time = when.get("time")
    same_time = said_time is None or finer(draft.time, said_time) == draft.time
    return when.get("date") is not None and when["date"] == draft.date and same_time


def _taken(draft: Draft, when: Mapping[str, Any]) -> Draft:
    """What was said of day, time and repetition, put into the draft."""
    said_time = when.get("time")
    return replace(
        draft,
        date=when.get("date") or draft.date,
        time=finer(draft.time, said_time) if said_time else draft.time,
        recurring=when.get("recurring") or draft.recurring,
    )


def _doubtful_time(
    draft: Draft, when: Mapping[str, Any], reason: str | None
) -> tuple[Draft, str | None, str | None]:
    """What can be kept of a time that has to be asked about, and the question."""
    if reason == "half-of-day":
        return _half_of_day(draft, when)
    if reason in ("past", "conflict", "no-such-day"):
        return replace(draft, date=None), "past" if reason == "past" else "conflict", None
    if reason == "two-times":  # the hour is asked again, the day stands
        return replace(draft, date=when.get("date") or draft.date, time=None), None, None
    if when.get("time"):
        return replace(draft, time=finer(draft.time, when["time"])), "which_day", None
    return draft, "which_day", None


def _half_of_day(draft: Draft, when: Mapping[str, Any]) -> tuple[Draft, str | None, str | None]:
    """八点: workers come by day, so it is 8 in the morning, and the read-back says so.

    Only a meal can be meant for the evening: that is asked.
    """
    kept = replace(draft, date=when.get("date") or draft.date)
    hour = _hour(when.get("said") or "")
    said_time = when.get("time")
    if said_time and (told := _in_the_part(draft.time, said_time)):
        return replace(kept, time=told), None, None  # 今晡夜…六点
    if kept.service == "meals" or not said_time or ":" not in said_time:
        return kept, "half_of_day", hour
    number, minutes = int(said_time[:2]) % 12, said_time[3:]
    by_day = number if number >= _FIRST_HOUR else number + 12
    return replace(kept, time=f"{by_day:02d}:{minutes}"), None, None


def _in_the_part(part: str | None, said: str) -> str | None:
    """The hour as it falls into the part of the day told before it; None where it does not."""
    first, last = _PARTS_OF_DAY.get(part or "", (24, 0))
    hour, minutes = int(said[:2]) % 12 if ":" in said else 24, said[3:]
    found = next((one for one in (hour, hour + 12) if first <= one <= last), None)
    return None if found is None else f"{found:02d}:{minutes}"


_FIRST_HOUR = 6
"""Nobody comes before six in the morning: an hour below it is one of the afternoon."""


def _hour(said: str) -> str:
    """The hour in what was said (明天八点 -> 八点), as a question can repeat it."""
    found = re.search(r"[零一二两三四五六七八九十0-9]+点[半一二三四五刻分0-9]*", said)
    return found.group() if found else said


def finer(old: str | None, new: str) -> str:
    """An exact time stays where a vaguer word only repeats it (八点 … 早上)."""
    if old and ":" in old and new in _PARTS_OF_DAY:
        first, last = _PARTS_OF_DAY[new]
        if first <= int(old[:2]) <= last:
            return old
    return new


def _with_address(draft: Draft, turn: Turn) -> Draft:
    if turn.asked == "hospital" and turn.text:
        return replace(draft, hospital=named_hospital(turn.text) or _hospital(turn))
    if draft.service == "escort" and (hospital := named_hospital(turn.text)):
        draft = replace(draft, hospital=hospital)
    found = turn.heard.get("address")
    home = turn.elder.address if turn.elder else None
    if found:
        if found.get("refers_home") and home:
            return replace(draft, address=home)
        text = found.get("matched") or found.get("text")
        if text and draft.address and _names_part(text, draft.address):
            return draft
        if text and (turn.asked == "address" or _is_exact(found)):
            return replace(draft, address=text[:MAX_ADDRESS])
    if turn.asked == "address" and draft.address is None and _could_be_address(turn):
        return replace(draft, address=turn.text[:MAX_ADDRESS])
    return draft


def _names_part(short: str, whole: str) -> bool:
    """Whether ``short`` (于洪黄海路) only repeats some of ``whole`` (于洪区黄海路二十六号).

    The storey of a room (四楼 of 四零三) is a part of it, too.
    """
    said, rest = _digits(short), iter(_digits(whole))
    storey, room = _STOREY.search(said), _ROOM.search(_digits(whole))
    if storey and room and room[1] == storey[1]:
        said = said[: storey.start()]
    return all(character in rest for character in said)


_STOREY = re.compile(r"(?<!\d)(\d{1,2})(?:层楼|楼|层)$")
_ROOM = re.compile(r"(?<!\d)(\d{1,2})\d{2}(?:室|号|房)?$")


def _is_exact(found: Mapping[str, Any]) -> bool:
    """In passing, only a registered place or one with a number is an address (not 行路)."""
    return bool(found.get("matched")) or any(c.isdigit() for c in _digits(found.get("text") or ""))


def _digits(text: str) -> str:
    """Spoken and written house numbers made comparable (三零二, 302)."""
    return text.translate(str.maketrans("零〇一二三四五六七八九", "00123456789")).replace("十", "1")


def _could_be_address(turn: Turn) -> bool:
    """An answer to "which address?" that is no other act is taken as it was said."""
    return turn.act in ("give_address", "nlu_fallback", "affirm") and len(turn.text) >= 4


def named_hospital(text: str) -> str | None:
    """The last hospital that is named and not refused (不去县医院了去中医院 -> 中医院)."""
    for found in reversed(list(_HOSPITAL.finditer(text))):
        before = text[max(0, found.start() - 3) : found.start()]
        name = _AROUND_HOSPITAL.sub("", found.group())
        if len(name) > 2 and not _REFUSAL.search(before + found.group()[:3]):
            return name
    return None


_HOSPITAL = re.compile(
    r"[一-鿿]{1,10}?(?:医院|卫生院|总院|卫生所|门诊部|诊所|保健院)(?:[一-鿿]{1,3}科)?"
)
_AROUND_HOSPITAL = re.compile(r"^.*?(?:去|到|上|在|是|改成|换成|说|那个|那家)(?=[一-鿿]{2,})")
_REFUSAL = re.compile(r"(?:不|莫|别|唔|毋|甭)(?:去|上|到)")


def _hospital(turn: Turn) -> str | None:
    """The answer to "which hospital?" as it was said; None where it is none."""
    return None if turn.act in _NO_PLACE or _names_another(turn) else turn.text[:MAX_ADDRESS]


def _names_another(turn: Turn) -> bool:
    """Whether "which hospital?" is answered by what only another service does (会捉棋个更好)."""
    named = mentions(turn.text)
    place = _HOSPITAL.search(turn.text) or any(one.service == "escort" for one in named)
    return not place and any(one.weight >= NAMED for one in named)


_NO_PLACE = frozenset(
    ["affirm", "cancel_order", "deny", "goodbye", "greet", "repeat", "talk_to_human", "thanks"]
)
"""Acts that name no hospital, whatever was asked."""


def _with_people(draft: Draft, turn: Turn) -> Draft:
    new = draft
    name, person = turn.heard.get("name"), turn.heard.get("person")
    phone = turn.heard.get("phone")
    if turn.asked in ("person", "name") or draft.person is None:
        found = name or (person or {}).get("name")
        if found:
            new = replace(new, person=found)
        elif turn.asked == "person" and person and turn.elder:
            new = replace(new, person=turn.elder.name)
        elif turn.asked in ("person", "name"):
            new = replace(new, person=_bare_name(turn.text) or new.person)
    if phone and (turn.asked == "phone" or (len(phone) == 11 and phone.startswith("1"))):
        new = replace(new, phone=phone)  # 三零二 of an address is no number to call
    return new


def _bare_name(text: str) -> str | None:
    """A name said without more around it than 给…老太太; None where it is no name."""
    bare = _AROUND_NAME.sub("", text)
    return bare if 2 <= len(bare) <= 4 and all("一" <= c <= "鿿" for c in bare) else None


_AROUND_NAME = re.compile(
    r"^(?:就?是|给|帮|叫做?|我叫|她叫|他叫|名叫|姓名|我?(?:[幺大小二三四老家]?(?:爸|妈|爹|娘|叔|伯|姨|姑|舅|爷|奶|公|婆)){1,2})+|"
    r"(?:老太太|老爷子|老人家?|大爷|大妈|奶奶|爷爷|阿姨|阿婆|阿公|婆婆|女士|先生|的)+$"
)


_BEFORE_TIME = frozenset((None, "menu", "other", "service", "date"))
"""What was asked as long as the hour has not been asked for."""


def named_field(text: str) -> str | None:
    """The field that somebody wants changed without saying the new value (改个日子)."""
    return next((field for field, words in _FIELD_WORDS if any(w in text for w in words)), None)


_FIELD_WORDS = (
    ("date", ("日子", "日期", "哪天", "哪一天", "换一天", "换个天")),
    ("time", ("时间", "钟点", "几点", "时候")),
    ("address", ("地址", "地方", "门牌")),
    ("hospital", ("医院",)),
    ("person", ("名字", "换人")),
    ("service", ("服务", "项目")),
)


def with_profile(draft: Draft, turn: Turn) -> Draft:
    """Fills what the register knows: nobody is asked for an address that is on file."""
    elder = turn.elder
    new = _without(draft, [one for one in turn.elders if elder and one.id != elder.id])
    if elder:
        new = replace(new, person=new.person or elder.name, address=new.address or elder.address)
    return replace(new, phone=new.phone or (elder.phone if elder else None) or turn.phone)


def _without(draft: Draft, others: Sequence[Person]) -> Draft:
    """The draft without what is on file of elders it is not for: another one was meant."""
    return replace(
        draft,
        person=None if draft.person in {one.name for one in others} else draft.person,
        address=None if draft.address in {one.address for one in others} else draft.address,
        phone=None if draft.phone in {one.phone for one in others} else draft.phone,
    )


def begun_ahead(draft: Draft, now: datetime) -> Draft:
    """Something repeated whose hour is over today begins the next time round."""
    rule = dict(part.split("=", 1) for part in (draft.recurring or "").split(";") if "=" in part)
    past = draft.date == now.date().isoformat() and draft.time is not None and ":" in draft.time
    if not past or (draft.time or "") > now.strftime("%H:%M") or "RSCALE" in rule:
        return draft
    days = rule.get("BYDAY", "").split(",") if rule.get("FREQ") == "WEEKLY" else _WEEKDAYS
    if rule.get("FREQ") not in ("DAILY", "WEEKLY") or rule.get("INTERVAL", "1") != "1":
        return draft
    following = (now.date() + timedelta(days=ahead) for ahead in range(1, 8))
    first = next((day for day in following if _WEEKDAYS[day.weekday()] in days), None)
    return replace(draft, date=first.isoformat()) if first else draft


_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def missing(draft: Draft, turn: Turn) -> str | None:
    """The next field to ask for, in the order a clerk would ask; None when all is known.

    A part of the day that was said along with the day (明天早上) is asked about once: which hour?
    Who then stays with the morning gets the morning.
    """
    for name in ("service", "date", "time"):
        if getattr(draft, name) is None:
            return name
    if draft.vague and turn.asked in _BEFORE_TIME:
        return "time"
    if draft.service == "escort" and draft.hospital is None:
        return "hospital"
    if draft.address is None:
        return "address"
    if draft.person is None and turn.elder is None:
        return "person"
    if draft.phone is None and turn.elder is None:
        return "phone"
    return None
