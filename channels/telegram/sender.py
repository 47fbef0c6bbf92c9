"""Notices by Telegram; an alarm carries the button 我去."""

from __future__ import annotations

from telegram import Bot

from channels.messaging import GO
from channels.ports import Letter
from channels.sentences import sentence
from channels.telegram.bot import send


class TelegramSender:
    """Sends notices to people who have written to the bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, letter: Letter) -> str:
        """Send a notice; returns the receipt.

        Raises:
            Refused: the person has blocked the bot, or there is no such chat.
            NotNow: Telegram cannot take it now.
        """
        button = None
        if letter.emergency_id is not None:
            button = (sentence("go_button"), f"{GO}{letter.emergency_id}")
        number = await send(self._bot, letter.address, letter.text, button=button)
        return f"telegram {number}"
