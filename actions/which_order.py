"""Which of the orders that stand a line means."""

from __future__ import annotations

import re

from actions.phrases import CALLED_OFF, KEEPS, MOVES, calls_off, refuses
from actions.turn import Turn
from backend.client import Order
from bot.understanding.services import TAKEN_BACK, find_service, segments, turned_away
from bot.understanding.times import parse_when
from bot.understanding.times.parser import mentions as days_and_hours


def matching(
    orders: list[Order], turn: Turn, day: str | None = None, service: str | None = None
) -> list[Order]:
    """The orders that a line can mean: by number, then by service, by day, and by their place.

    Args:
        orders: those that stand, the earliest first.
        turn: the line.
        day: the day an order stands on, where the line names one (YYYY-MM-DD).
        service: the service that is meant, where it is another than the one that is wanted.
    """
    by_number = [order for order in orders if order.number in turn.text]
    if by_number:
        return by_number
    service = service or (turn.heard.get("service") or {}).get("service")
    named = [order for order in orders if service is None or order.service == service] or orders
    on_day = [order for order in named if day is None or order.date == day] or named
    if len(on_day) < 2:
        return on_day
    if _FIRST.search(turn.text):
        return on_day[:1]
    last = _LAST.search(turn.text) or (len(on_day) == 2 and _SECOND.search(turn.text))
    return on_day[-1:] if last else on_day  # of three, one by its number may be counted otherwise


_COUNTED = r"(?:个|单|张|次|趟|摆|回|餐|顿|那|一|的)"
_FIRST = re.compile(rf"(?:第一|头一|前一|头前|前头|先头){_COUNTED}")
_SECOND = re.compile(rf"第二{_COUNTED}")
_LAST = re.compile(rf"(?:后一|后面|后头|最后|末了){_COUNTED}")


def named_day(turn: Turn) -> str | None:
    """The day a line names, as YYYY-MM-DD."""
    day = (turn.heard.get("when") or {}).get("date")
    return str(day) if day else None


def _day_before(words: re.Pattern[str], turn: Turn) -> str | None:
    """Of 二十号的改到二十一号 the first: the day the order stands on that is to be changed."""
    change = words.search(turn.text)
    when = (
        parse_when(turn.text[: change.start()], turn.now.replace(tzinfo=None)) if change else None
    )
    return when.date.isoformat() if when and when.date else None


def day_of_one(turn: Turn, orders: list[Order]) -> str | None:
    """The only one of several days in a line that an order stands on, as YYYY-MM-DD.

    我崽今晚回来，明天那餐莫送 tells why before it tells which.
    """
    read, said = days_and_hours(turn.text, turn.now.replace(tzinfo=None))
    told = [parse_when(read[one.start : one.end], turn.now.replace(tzinfo=None)) for one in said]
    days = {when.date.isoformat() for when in told if when and when.date}
    standing = days & {order.date for order in orders}
    return standing.pop() if len(standing) == 1 else None


def _day_called_off(turn: Turn) -> str | None:
    """The day of what is called off, and not of what stays (这个礼拜六的退了，下个的照旧)."""
    stays = KEEPS.search(turn.text)
    off = CALLED_OFF.search(KEEPS.sub(lambda kept: "，" * len(kept.group()), turn.text))
    if stays is None or off is None:
        return named_day(turn) or _day_before(CALLED_OFF, turn)
    if off.start() < stays.start():
        return _day_before(CALLED_OFF, turn)
    rest = parse_when(turn.text[stays.end() :], turn.now.replace(tzinfo=None))
    return rest.date.isoformat() if rest and rest.date else None


def never_ordered(turn: Turn, orders: list[Order]) -> str | None:
    """The one service that a line names plainly and no order is for."""
    found = find_service(turn.text)
    ordered = {order.service for order in orders}
    off = _refused_at_once(turn.text)
    if len(off) == 1 and not off & ordered and (not found or found.service in off | ordered):
        return off.pop()  # 饭唔使哩净扫屋
    day = named_day(turn)
    spoken_of = dict(segments(turn.text))
    elsewhere = day and not ordered & set(spoken_of) and all(day != one.date for one in orders)
    if found and elsewhere and calls_off(spoken_of.get(found.service, "")):
        return found.service  # 饭是明天的取消, where only Friday's cleaning stands
    named = {found.service, *found.others} if found and found.score >= 1.0 else set()
    named |= turned_away(turn.text)
    if len(named) != 1 or any(order.service in named for order in orders):
        return None
    if _unwanted(orders, turn):
        return None  # 妹子来接我去厦门，明天那个饭不送了
    return None if any(order.number in turn.text for order in orders) else named.pop()


def _refused_at_once(text: str) -> set[str]:
    """The services whose name a refusal follows at once; one to go out for is none (去食饭)."""
    return {
        service
        for service, words in segments(text)
        if (calls_off(words[:_AT_ONCE]) or refuses(words[:_AT_ONCE]))
        and not _GOES_FOR.search(text[: text.index(words)])
    }


_AT_ONCE = 6
"""Characters from the name of a service on in which a refusal is of it."""
_GOES_FOR = re.compile(r"(?:去|到|出|上|自己|家己|自家)[^，。]{0,2}$")


def chosen(orders: list[Order], kept: list[str], turn: Turn, moving: bool) -> list[Order]:
    """The orders to change: those of before, else those the line means; empty where unclear.

    Only cancelling can mean several at once (都退了).
    """
    if not moving and len(orders) > 1 and ALL_MEANT.search(turn.text):
        return _all_meant(orders, kept, turn)
    before = [order for order in orders if order.number in kept]
    if not moving and (named := _off_together(orders, turn)):
        return named
    if not moving and len(before) > 1:
        before = _without_kept(before, turn)
    unwanted = _moved(orders, turn) if moving else _unwanted(orders, turn)
    own = {order.service for order in before}
    if before and (unwanted is None or unwanted in own or _agreed_to(own, turn)):
        return before
    # the day in a line that moves an order may be the new one
    day = _day_before(MOVES, turn) if moving else _day_called_off(turn)
    if not moving and all(order.date != day for order in orders):
        day = day_of_one(turn, orders)
    found = matching(orders, turn, day, unwanted)
    return found if len(found) == 1 else []


def _agreed_to(own: set[str], turn: Turn) -> bool:
    """Whether a yes names what was read back, and not to keep it: what else it names is beside."""
    named = {service for service, words in segments(turn.text) if not _only_keeps(words)}
    return turn.heard.get("yes_no") == "yes" and bool(own & named)


def _without_kept(orders: list[Order], turn: Turn) -> list[Order]:
    """Of several to cancel those that stay gone: 剃头那单别退 keeps the haircut."""
    stays = KEEPS.search(turn.text)
    named = find_service(turn.text[: stays.start()]) if stays else None
    return [order for order in orders if named is None or order.service != named.service] or orders


def _unwanted(orders: list[Order], turn: Turn) -> str | None:
    """The one service of an order that a line turns away (洗衣那单不要，打扫照来)."""
    ordered = {order.service for order in orders}
    said = {service: words for service, words in segments(turn.text) if service in ordered}
    kept = {service for service, words in said.items() if _only_keeps(words)}
    off = {service for service, words in said.items() if calls_off(words)}
    refused: set[str] = {*(turned_away(turn.text) & ordered), *off} - kept
    if kept and not refused and (calls_off(turn.text) or refuses(turn.text)):
        refused = ordered - kept  # 有订饭和剃头，莫送啦，剃头照旧
    return next(iter(refused)) if len(refused) == 1 else None


def _only_keeps(words: str) -> bool:
    """打扫那个不用来了系澡的照来: what is kept behind a refusal is another, be it misheard.

    Where the refusal was taken back, it is this one (洗身唔爱，唔系，洗身爱留紧).
    """
    keeps = KEEPS.search(words)
    before = TAKEN_BACK.split(words[: keeps.start()])[-1] if keeps else ""
    return keeps is not None and not (calls_off(before) or refuses(before))


def _moved(orders: list[Order], turn: Turn) -> str | None:
    """The one service of an order whose words move it (洗澡还是两点，剪头发改到十点)."""
    ordered = {order.service for order in orders}
    moved = {service for service, words in segments(turn.text) if MOVES.search(words)} & ordered
    return moved.pop() if len(moved) == 1 else None


def _all_meant(orders: list[Order], kept: list[str], turn: Turn) -> list[Order]:
    """打扫的都不要了 means the cleanings; 两样都退 and 全退了 mean all there are.

    Two of three that were named before, or are now, stay the two that are meant.
    """
    counted = _COUNT.search(turn.text)
    if counted and _HOW_MANY[counted[1]] < len(orders):
        before = [order for order in orders if order.number in kept]
        told = (_off_together(orders, turn), before)
        return next((some for some in told if len(some) == _HOW_MANY[counted[1]]), [])
    service = (turn.heard.get("service") or {}).get("service")
    named = [order for order in orders if order.service == service]
    return named if len(named) > 1 else orders


_HOW_MANY = {"两": 2, "二": 2, "三": 3, "四": 4}
_COUNT = re.compile(rf"([{''.join(_HOW_MANY)}])(?:个|样|项|件|单|次|趟|摆|回)[都拢]")
"""How many orders a line means (两个都退)."""


def _off_together(orders: list[Order], turn: Turn) -> list[Order]:
    """Several orders of a line that are all called off (打扫佮送饭拢免来), one of each service.

    What is said of one last is what counts (洗身唔爱咯，唔系，洗身爱留紧).
    """
    off: set[str] = set()
    joined: list[str] = []
    for service, words in segments(turn.text):
        joined.append(service)
        if _AND.search(words):
            continue
        if _only_keeps(words):
            off.difference_update(joined)
        elif calls_off(words) or refuses(words):
            off.update(joined)
        joined = []
    meant = [order for order in orders if order.service in off]
    return meant if {order.service for order in meant} == off and len(off) == len(meant) > 1 else []


_AND = re.compile(r"(?:佮|跟|和|同|与|仝|合|还有|以及|、)(?:[那嗰彼这]个?)?$")
"""Words that end what is said of one service, and join the next to it."""


ALL_MEANT = re.compile(
    r"全部|全都|统统|通通|一概|所有|拢总|冚唪唥|"
    r"(?:[两二三四五]|几)(?:个|样|项|件|单|次|趟|摆|回)[都拢]|"
    r"都(?:退|取消|不要|不用|不消|别来|甭来|莫来|毋免|唔要|唔使)|"
    r"[全拢](?:退|取消|不要|不用|毋免|唔要)"
)
