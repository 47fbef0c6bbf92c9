"""Which elders belong to the place of a member of staff.

A place is written as contacts write it: a locality with what is narrower after it (福康县,
福康县西城街道, 福康县和平小区).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Home:
    """Where an elder lives, as far as the register knows."""

    locality: str | None = None
    estate: str | None = None
    address: str | None = None


def holds(area: str, home: Home) -> bool:
    """Return whether an elder's home lies in a place; "" is everywhere.

    What is narrower than the locality must be the estate or stand in the address. A home of which
    the locality is not known lies in no narrower place.
    """
    if not area:
        return True
    locality = home.locality or ""
    if not locality:
        return False
    if f"{locality}{home.estate or ''}".startswith(area):
        return True
    narrower = area.removeprefix(locality)
    return narrower != area and narrower in (home.address or "")
