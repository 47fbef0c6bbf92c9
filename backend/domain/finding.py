"""Which elder of the register a cry for help is about, where nobody knows the caller.

Nothing here guesses. A name alone is nobody: two may bear it. A name counts together with the
street, the house or a number of that elder, and with their town or district where only one elder
bears a name that was said; a house alone counts where one elder lives behind that door. Whatever
is open between two is left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "幺": 1}
_PLACES = {"十": 10, "百": 100}
_NUMERAL = re.compile(rf"[{''.join(_DIGITS)}{''.join(_PLACES)}]+")
_BETWEEN = re.compile(r"[\s，,。、.的-]+")
"""What is said, or written, between the parts of an address."""
_AREA = re.compile(r"街道|(?<![小社])区|[省市县旗镇乡]|苏木")
"""The end of a name that is larger than a street or a village."""
_TOWN = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,6}?)(?:街道|(?<![小社])区|[县旗镇乡]|苏木)")
"""A district, a county, a town or a street's quarter, by the name that people say alone."""
_SHORTEST_PLACE = 3
"""Characters of a street's or a village's name; fewer stand in the names of others, too."""
_LEADS_IN = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[在是系住到来喺佇址里家系于喂啊省市区县旗镇乡道木])$"
)
"""What a street's name may begin after: else it may be the end of a longer one (新和平路)."""
_HOUSE_NUMBER = re.compile(r"\d+(?=[号栋幢座楼弄组队院户室]|单元|$)")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NAMES = range(2, 5)
"""Characters of a name."""
_PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{9,11})(?!\d)")


@dataclass(frozen=True)
class Resident:
    """An elder whose whole name was said, as the register has them.

    Attributes:
        id: the elder's.
        address: where they live.
        rung: whether a number of theirs, or of their family, was said.
    """

    id: str
    address: str
    rung: bool


def names_in(lines: Iterable[str]) -> set[str]:
    """Return whatever may be a name in what was said: the register knows which of it is one."""
    runs = (run.group() for line in lines for run in _HAN.finditer(line))
    return {
        run[start : start + size]
        for run in runs
        for size in _NAMES
        for start in range(len(run) - size + 1)
    }


def phones_in(lines: Iterable[str]) -> set[str]:
    """Return the telephone numbers in what was said, in digits."""
    return {number for line in spoken(lines) for number in _PHONE.findall(line)}


def spoken(lines: Iterable[str]) -> list[str]:
    """Return what was said in the one form that homes are looked for in (`in_digits`)."""
    return [in_digits(line) for line in lines]


def tells_house(said: Iterable[str]) -> bool:
    """Return whether what was `spoken` may hold the number of a house."""
    return any(_HOUSE_NUMBER.search(line) for line in said)


def behind_the_door(address: str, said: Sequence[str]) -> bool:
    """Return whether what was `spoken` names a home down to its last number.

    新和平路 is not 和平路, and 41号201 is a neighbour's door, not 41号.
    """
    whole = in_digits(address)
    start = _street_at(whole)
    if start is None:
        return False
    areas = tuple(stem for stem in _AREA.split(whole[:start]) if len(stem) > 1)
    return any(
        _LEADS_IN.search(line[: found.start()]) or line[: found.start()].endswith(areas)
        for line in said
        if whole[start:] in line
        for found in re.finditer(re.escape(whole[start:]) + r"(?!\d)", line)
    )


def in_the_street(address: str, said: Sequence[str]) -> bool:
    """Return whether what was `spoken` names at least the street or village of a home."""
    whole = in_digits(address)
    start = _street_at(whole)
    return start is not None and any(whole[start : _house_at(whole)] in line for line in said)


def in_the_town(address: str, said: Sequence[str]) -> bool:
    """Return whether what was `spoken` names the town, the district or the county of a home."""
    whole = in_digits(address)
    beyond = re.sub(r"^.*?[省市](?=[^省市区]*[区县旗镇乡道])", "", whole[: _street_at(whole) or 0])
    towns = [found["name"] for found in _TOWN.finditer(beyond)]
    return any(town in line for town in towns for line in said)


def meant(named: Sequence[Resident], said: Sequence[str]) -> str | None:
    """Return the id of the one of those named who something else points to; None where it is open.

    Args:
        named: elders whose whole name was said.
        said: what was `spoken`.
    """
    sure = {one.id for one in named if one.rung or in_the_street(one.address, said)}
    only_town = not sure and len(named) == 1 and not tells_house(said)
    if only_town and in_the_town(named[0].address, said):
        return named[0].id  # a house in that town that is not theirs would be another's
    return sure.pop() if len(sure) == 1 else None


def in_digits(text: str) -> str:
    """Return a text with its numerals in digits and nothing between its parts.

    和平路 四十一号的二零一 becomes 和平路41号201.
    """
    return _NUMERAL.sub(lambda found: _number(found.group()), _BETWEEN.sub("", text))


def _number(numeral: str) -> str:
    if not set(numeral) & set(_PLACES):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[char], 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)


def _street_at(address: str) -> int | None:
    """Where the street or village begins, after all that is larger; None without a house number."""
    house = _house_at(address)
    if house is None:
        return None
    starts = [0, *(found.end() for found in _AREA.finditer(address))]
    fitting = [at for at in starts if house - at >= _SHORTEST_PLACE]
    return fitting[-1] if fitting else None


def _house_at(address: str) -> int | None:
    """Where the number of the house begins; a number in a name (六联村) is none."""
    found = _HOUSE_NUMBER.search(address)
    return found.start() if found else None
