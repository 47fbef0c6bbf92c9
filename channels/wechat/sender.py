"""Notices by the official account.

Freely within 48 h of the person's last message; else by a template, or by a subscription message
as long as the person has allowed one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol

from anban.errors import NotNow, Refused, Unavailable
from channels.messaging import GO
from channels.ports import Letter
from channels.sentences import sentence
from channels.wechat.api import TOKEN_CODES, WeChatApi, WeChatError
from channels.wechat.config import Template, WeChatConfig

logger = logging.getLogger(__name__)

NO_CREDIT = 43101
OUT_OF_WINDOW = frozenset({45015, 45047})
"""the person wrote too long ago, or has been sent too much since"""
LATER = frozenset({-1, 45009, 45011, 45066})
"""WeChat is busy, or today's or this minute's quota is used up"""
LONGEST_FIELD = 20
"""characters of a template's field"""


class Allowances(Protocol):
    """What an account may be sent."""

    async def may_write(self, openid: str) -> bool:
        """Whether the person wrote in the last 48 h."""
        ...

    async def has(self, openid: str, template: str) -> bool:
        """Whether the person has allowed a subscription message that is not sent yet."""
        ...

    async def spend(self, openid: str, template: str) -> None:
        """Note that one was sent."""
        ...

    async def use_up(self, openid: str, template: str) -> None:
        """Note that WeChat knows of none."""
        ...


class WeChatSender:
    """Sends notices to followers of the official account.

    Args:
        config: the account and its templates.
        api: its API.
        allowances: what an account may be sent.
    """

    def __init__(self, config: WeChatConfig, api: WeChatApi, allowances: Allowances) -> None:
        self._templates = config.templates
        self._api = api
        self._allowances = allowances

    async def send(self, letter: Letter) -> str:
        """Send a notice; returns the receipt.

        Raises:
            Refused: this person cannot be reached by WeChat, and why.
            NotNow: WeChat cannot take it now.
        """
        try:
            return await self._sent(letter)
        except WeChatError as error:
            if error.code in LATER | TOKEN_CODES:
                raise NotNow(str(error)) from None
            raise Refused(str(error)) from None

    async def _sent(self, letter: Letter) -> str:
        why = "wechat: the person has not written for 48 h"
        if await self._allowances.may_write(letter.address):
            try:
                return await self._write(letter)
            except WeChatError as error:
                if error.code not in OUT_OF_WINDOW:
                    raise
                why = str(error)
        template = self._templates.get(letter.event)
        if template is None:
            raise Refused(f"{why}, and there is no template for {letter.event}")
        if template.kind == "template":
            return await self._by_template(letter, template)
        return await self._by_subscription(letter, template)

    async def _write(self, letter: Letter) -> str:
        if letter.emergency_id is None:
            await self._api.send_text(letter.address, letter.text)
        else:
            go = (f"{GO}{letter.emergency_id}", sentence("go_button"))
            await self._api.send_choices(letter.address, letter.text, [go], sentence("reply_to_go"))
        return f"custom {letter.id}"

    async def _by_template(self, letter: Letter, template: Template) -> str:
        fields = filled(template.fields, letter)
        number = await self._api.send_template(
            letter.address, template.id, fields, letter.url, letter.id
        )
        return f"template {number}"

    async def _by_subscription(self, letter: Letter, template: Template) -> str:
        if not await self._allowances.has(letter.address, template.id):
            raise Refused("wechat: no subscription message is left")
        fields = filled(template.fields, letter)
        try:
            number = await self._api.send_subscribed(
                letter.address, template.id, fields, letter.url
            )
        except WeChatError as error:
            if error.code == NO_CREDIT:
                await self._allowances.use_up(letter.address, template.id)
            raise
        await spent(self._allowances, letter.address, template.id)
        return f"subscription {number or letter.id}"


async def spent(allowances: Allowances, openid: str, template: str) -> None:
    """Count a subscription message; it has its receipt all the same, or it would be sent again."""
    try:
        await allowances.spend(openid, template)
    except Unavailable as error:  # WeChat says itself when none is left
        logger.warning("subscription message not counted: %s", type(error).__name__)


def filled(fields: Mapping[str, str], letter: Letter) -> dict[str, str]:
    """Return a template's fields, each as long as WeChat takes it."""
    known = {
        "subject": letter.subject,
        "text": letter.text,
        "number": letter.number,
        "at": f"{letter.at:%Y年%m月%d日 %H:%M}",
    }
    return {name: form.format_map(known)[:LONGEST_FIELD] for name, form in fields.items()}
