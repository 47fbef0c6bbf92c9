"""The port of outbound check calls: ringing the person a device raised an alarm for."""

from __future__ import annotations

from typing import Protocol

from backend.services.work import Work
from backend.store.devices import Device


class CheckCalls(Protocol):
    """Rings somebody and asks whether they need help."""

    async def ordered(self, work: Work, device: Device, emergency_key: str) -> bool:
        """Order a call in the transaction; False where none can be placed.

        Where a call is ordered the emergency is raised as `possible`, so that the family is told
        after the usual wait unless the call settles it: a call nobody answers loses nothing.
        """
        ...


class NoCheckCalls:
    """There is no telephone to call out with, so every alarm is an emergency at once."""

    async def ordered(self, work: Work, device: Device, emergency_key: str) -> bool:
        """Say that no call can be placed."""
        return False
