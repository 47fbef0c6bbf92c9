"""Notices to staff channels: DingTalk, Feishu, WeCom, Bark, ntfy, mail … by their Apprise address.

Apprise says only whether a service took a message, so the receipt is our own number for it;
families, whose notices need a receipt of the carrier's, are told by other senders.
"""

from __future__ import annotations

from anban.errors import NotNow, Refused
from channels.ports import Letter


class StaffSender:
    """Sends notices to an address such as `dingtalk://token` or `wecombot://key`."""

    async def send(self, letter: Letter) -> str:
        """Send a notice; returns our own number for it.

        Raises:
            Refused: there is no such service.
            NotNow: the service did not take it.
        """
        import apprise  # heavy: loaded with the first notice, not by every worker

        service = apprise.Apprise()
        if not service.add(letter.address):
            raise Refused("staff: the address names no service that Apprise knows")
        kind = apprise.NotifyType.WARNING if letter.emergency_id else apprise.NotifyType.INFO
        taken = await service.async_notify(body=letter.text, title=letter.subject, notify_type=kind)
        if not taken:
            raise NotNow("staff: the service did not take it")
        return f"staff {letter.id}"
