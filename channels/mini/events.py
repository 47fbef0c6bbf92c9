"""``/wechat/mini``: where WeChat pushes what becomes of the mini-program's subscription messages.

Messages to the mini-program's own customer service are not answered here: it has the mind's page.
"""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from anban.errors import Unproven
from channels.bodies import read_body
from channels.messaging import Messenger
from channels.wechat import subscriptions
from channels.wechat.messages import Seal, Unreadable

logger = logging.getLogger(__name__)

CHANNEL = "mini"
MAX_BODY = 64_000
"""bytes of one push"""


class EventsDoor:
    """Takes the mini-program's events; its page itself says what was allowed.

    Args:
        seal: checks what comes in.
        messenger: knows the backend.
    """

    def __init__(self, seal: Seal, messenger: Messenger) -> None:
        self._seal = seal
        self._messenger = messenger

    def routes(self) -> APIRouter:
        """Return the routes WeChat knows."""
        routes = APIRouter(include_in_schema=False)
        routes.get("/wechat/mini")(self.prove)
        routes.post("/wechat/mini")(self.take)
        return routes

    async def close(self) -> None:
        """Nothing is open here."""

    async def prove(self, request: Request) -> Response:
        """Answer WeChat's question whether this address is ours."""
        try:
            self._seal.check(request.query_params)
        except Unproven:
            return PlainTextResponse("forbidden", 403)
        return PlainTextResponse(request.query_params.get("echostr", ""))

    async def take(self, request: Request) -> Response:
        """Take one push."""
        body = await read_body(request, MAX_BODY)
        if body is None:
            return PlainTextResponse("too large", 413)
        try:
            push = self._seal.open(request.query_params, body)
        except Unproven as error:
            logger.warning("a request to /wechat/mini is refused: %s", error)
            return PlainTextResponse("forbidden", 403)
        except Unreadable as error:
            logger.warning("%s", error)
            return PlainTextResponse("success")
        if push.is_event and push.message.event in subscriptions.EVENTS:
            await subscriptions.note(self._messenger, CHANNEL, push, counts=False)
        return PlainTextResponse("success")
