"""Positions as they are written down, how far they are apart, and the map that shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import asin, cos, pi, radians, sin, sqrt
from typing import Literal
from urllib.parse import urlencode

SYSTEMS = ("wgs84", "gcj02")
"""what a bare receiver gives, and what Chinese maps show"""
_LATITUDE = re.compile(r"纬度(-?\d{1,2}(?:\.\d+)?)")
_LONGITUDE = re.compile(r"经度(-?\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True)
class Position:
    """A point on the earth."""

    latitude: float
    longitude: float
    system: Literal["wgs84", "gcj02"]


def position(text: str | None) -> Position | None:
    """Return the position a text names; None where it names none."""
    latitude, longitude = _LATITUDE.search(text or ""), _LONGITUDE.search(text or "")
    if not latitude or not longitude:
        return None
    system: Literal["wgs84", "gcj02"] = "gcj02" if "GCJ02" in (text or "") else "wgs84"
    return Position(float(latitude[1]), float(longitude[1]), system)


def written(where: Position) -> str:
    """Return a position as text that `position` reads."""
    return f"纬度{where.latitude:.5f}，经度{where.longitude:.5f}（{where.system.upper()}）"


_EARTH = 6_371_008.8
"""metres, the mean radius"""
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943
"""of the Krasovsky ellipsoid, on which GCJ-02 is drawn: metres, and squared"""


def metres_between(one: Position, other: Position) -> float:
    """Return how far two points are apart, whatever systems they are told in."""
    one, other = in_gcj02(one), in_gcj02(other)
    up = radians(other.latitude - one.latitude) / 2
    along = radians(other.longitude - one.longitude) / 2
    bend = cos(radians(one.latitude)) * cos(radians(other.latitude))
    return 2 * _EARTH * asin(sqrt(sin(up) ** 2 + bend * sin(along) ** 2))


def in_gcj02(where: Position) -> Position:
    """Return a point as Chinese maps show it: up to some 700 m off what a receiver gives.

    The published approximation of the obfuscation (as in `eviltransform`), good to a metre or two.
    """
    if where.system == "gcj02":
        return where
    x, y = where.longitude - 105, where.latitude - 35
    common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    latitude = radians(where.latitude)
    flat = 1 - _ECCENTRICITY * sin(latitude) ** 2
    north_degrees = north * 180 / (_AXIS * (1 - _ECCENTRICITY) / (flat * sqrt(flat)) * pi)
    east_degrees = east * 180 / (_AXIS / sqrt(flat) * cos(latitude) * pi)
    return Position(where.latitude + north_degrees, where.longitude + east_degrees, "gcj02")


def map_url(where: Position | None, address: str | None, name: str = "呼救的地方") -> str | None:
    """Return the address of a map that shows a position, else an address; None without both.

    AMap's URI interface converts a bare receiver's position itself.
    """
    if where is not None:
        query = {
            "position": f"{where.longitude:.6f},{where.latitude:.6f}",
            "coordinate": "gaode" if where.system == "gcj02" else "wgs84",
            "name": name,
        }
        return f"https://uri.amap.com/marker?{urlencode(query)}"
    if address:
        return f"https://uri.amap.com/search?{urlencode({'keyword': address})}"
    return None
