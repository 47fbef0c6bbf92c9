"""Notices by the mini-program: subscription messages, each of which the person has allowed."""

from __future__ import annotations

from anban.errors import NotNow, Refused
from channels.mini.config import MiniConfig
from channels.ports import Letter
from channels.wechat.api import TOKEN_CODES, WeChatApi, WeChatError
from channels.wechat.sender import LATER, NO_CREDIT, Allowances, filled, spent

PATH = "/cgi-bin/message/subscribe/send"
ALARM_PAGE, PAGE = "pages/alarm/alarm", "pages/family/family"
"""where a tap on the message leads"""


class MiniSender:
    """Sends notices to people who use the mini-program.

    Args:
        config: the mini-program and its templates.
        api: WeChat's API with its access token.
        allowances: what an account may be sent.
    """

    def __init__(self, config: MiniConfig, api: WeChatApi, allowances: Allowances) -> None:
        self._templates = config.templates
        self._api = api
        self._allowances = allowances

    async def send(self, letter: Letter) -> str:
        """Send a notice; returns the receipt.

        Raises:
            Refused: this person cannot be reached by the mini-program, and why.
            NotNow: WeChat cannot take it now.
        """
        template = self._templates.get(letter.event)
        if template is None:
            raise Refused(f"mini-program: there is no template for {letter.event}")
        if not await self._allowances.has(letter.address, template.id):
            raise Refused("mini-program: no subscription message is left")
        page = f"{ALARM_PAGE}?id={letter.emergency_id}" if letter.emergency_id else PAGE
        fields = filled(template.fields, letter)
        try:
            number = await self._api.send_subscribed(
                letter.address, template.id, fields, page, PATH
            )
        except WeChatError as error:
            if error.code == NO_CREDIT:
                await self._allowances.use_up(letter.address, template.id)
            if error.code in LATER | TOKEN_CODES:
                raise NotNow(str(error)) from None
            raise Refused(str(error)) from None
        await spent(self._allowances, letter.address, template.id)
        return f"subscription {number}" if number else f"mini {letter.id}"
