"""Positions as they are written into an emergency, and the map that shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


def map_url(where: Position | None, address: str | None) -> str | None:
    """Return the address of a map that shows a position, else an address; None without both.

    AMap's URI interface converts a bare receiver's position itself.
    """
    if where is not None:
        query = {
            "position": f"{where.longitude:.6f},{where.latitude:.6f}",
            "coordinate": "gaode" if where.system == "gcj02" else "wgs84",
            "name": "呼救的地方",
        }
        return f"https://uri.amap.com/marker?{urlencode(query)}"
    if address:
        return f"https://uri.amap.com/search?{urlencode({'keyword': address})}"
    return None
