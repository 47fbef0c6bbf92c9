"""``/wechat``: where WeChat pushes what people send to the official account.

WeChat waits five seconds for the answer and then pushes the same again. An answer that is ready in
time goes back with the request; a later one follows as a customer-service message. Whatever is
pushed is answered: the person must never read 该公众号暂时无法提供服务.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from anban.errors import BackendError, ChannelError, NotNow, Unproven
from channels.answering import sent
from channels.bodies import read_body
from channels.hearing import SECONDS
from channels.messaging import Incoming, Messenger, Place, Said, joined
from channels.recent import Recent
from channels.sentences import sentence
from channels.wechat.api import TOKEN_CODES, WeChatApi, WeChatError
from channels.wechat.config import WeChatConfig
from channels.wechat.messages import Push, Seal, Unreadable, pages
from channels.wechat.sender import LATER

logger = logging.getLogger(__name__)

CHANNEL = "wechat"
MAX_BODY = 64_000
"""bytes of one push"""
SCENE = "bind:"
"""what the scene of a binding code begins with; the number follows"""
ACCEPTED = "success"
"""tells WeChat that it need not push again"""
MENU = {
    "book": "menu_book",
    "orders": "menu_orders",
    "help": "menu_help",
}
"""keys of the menu's buttons and their sentences"""
MENU_WORDS = {"book": "我要订服务", "orders": "我订了什么", "help": "救命"}
"""what a button says to the dialogue"""
_KEPT = 2000
LATEST = SECONDS + 15.0
"""s an answer may take that is still to come when we stop: a voice note is heard, and answered"""


class Door:
    """Answers WeChat's pushes.

    Args:
        config: the account.
        api: its API.
        messenger: answers what people send.
        seal: checks what comes in.
    """

    def __init__(
        self, config: WeChatConfig, api: WeChatApi, messenger: Messenger, seal: Seal | None = None
    ) -> None:
        self._config = config
        self._api = api
        self._messenger = messenger
        self._seal = seal or Seal(config)
        self._served: Recent[str, asyncio.Task[list[Said]]] = Recent(_KEPT)
        self._by_message: Recent[str, bool] = Recent(_KEPT)
        self._follow_ups: set[asyncio.Task[None]] = set()

    def routes(self) -> APIRouter:
        """Return the routes WeChat knows."""
        routes = APIRouter(include_in_schema=False)
        routes.get("/wechat")(self.prove)
        routes.post("/wechat")(self.take)
        return routes

    async def close(self) -> None:
        """Wait for answers that are still to be sent, then close the connections."""
        if self._follow_ups:
            await asyncio.wait(self._follow_ups, timeout=LATEST)
        await self._api.close()

    async def prove(self, request: Request) -> Response:
        """Answer WeChat's question whether this address is ours."""
        try:
            self._seal.check(request.query_params)
        except Unproven as error:
            return _refused(error)
        return PlainTextResponse(request.query_params.get("echostr", ""))

    async def take(self, request: Request) -> Response:
        """Take one push."""
        body = await read_body(request, MAX_BODY)
        if body is None:
            return PlainTextResponse("too large", 413)
        query = request.query_params
        try:
            push = self._seal.open(query, body)
        except Unproven as error:
            return _refused(error)
        except Unreadable as error:
            logger.warning("%s", error)
            return PlainTextResponse(ACCEPTED)
        answers = await self._in_time(push)
        if not answers:
            return PlainTextResponse(ACCEPTED)
        first, *rest = pages(_written(answers))
        if rest and push.key not in self._by_message:
            self._by_message[push.key] = True
            self._follow(self._send_pages(push.openid, rest))
        xml = self._seal.reply(push, first, query.get("nonce") or secrets.token_hex(8))
        return Response(xml, media_type="application/xml")

    # one push

    async def _in_time(self, push: Push) -> list[Said]:
        """What can be answered with the request itself; the rest follows by itself."""
        task = self._served.get(push.key)
        if task is None:
            task = asyncio.create_task(self._answer(push))
            self._served[push.key] = task
        done, _ = await asyncio.wait({task}, timeout=self._config.answer_seconds)
        if push.key in self._by_message:
            return []
        if not done:
            self._by_message[push.key] = True
            self._follow(self._send_later(push, task))
            return []
        return task.result()

    async def _answer(self, push: Push) -> list[Said]:
        try:
            if push.is_event:
                return await self._event(push)
            return await self._messenger.hear(self._incoming(push)) or []
        except BackendError:
            self._served.pop(push.key, None)
            return [Said(sentence("going_not_recorded"))]
        except Exception as trouble:  # noqa: BLE001 - the outer edge: WeChat always gets an answer
            logger.error("a push was not answered: %s", type(trouble).__name__)
            self._served.pop(push.key, None)
            return [Said(sentence("not_heard"))]

    def _incoming(self, push: Push) -> Incoming:
        kind = push.message.type
        place = _place(push) if kind == "location" else None
        text = push.field("Content") if kind == "text" else ""
        return Incoming(
            CHANNEL,
            push.openid,
            push.key,
            text=text,
            pressed=push.field("bizmsgmenuid") or None,
            voice=(lambda: self._api.media(push.field("MediaId"))) if kind == "voice" else None,
            place=place,
            unreadable=kind not in ("text", "voice") and place is None,
        )

    async def _event(self, push: Push) -> list[Said]:
        event, key = push.message.event, push.field("EventKey")
        if event in ("subscribe", "subscribe_scan", "scan"):
            scanned = await self._scanned(push.openid, key)
            return scanned if event == "scan" else [*self._messenger.welcome()[:1], *scanned]
        if event == "unsubscribe":
            await self._messenger.leave(CHANNEL, push.openid)
        elif event == "click" and key in MENU_WORDS:
            text = MENU_WORDS[key]
            said = Incoming(CHANNEL, push.openid, push.key, text=text)
            return await self._messenger.hear(said) or []
        elif event == "templatesendjobfinish":
            status = push.field("Status")
            receipt = f"template {push.field('MsgID')}"
            await self._messenger.report(
                CHANNEL, receipt, reached=status == "success", detail=status
            )
        elif event == "subscribe_msg_popup_event":
            for template in _allowed(push):
                await self._messenger.top_up(CHANNEL, push.openid, template)
        return []

    async def _scanned(self, openid: str, key: str) -> list[Said]:
        scene = key.removeprefix("qrscene_")
        if scene.startswith(SCENE):
            code = scene.removeprefix(SCENE)
            return await self._messenger.scanned(CHANNEL, openid, code)
        return self._messenger.welcome()[1:]

    # answers that come later

    def _follow(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._follow_ups.add(task)
        task.add_done_callback(self._follow_ups.discard)

    async def _send_later(self, push: Push, task: asyncio.Task[list[Said]]) -> None:
        answers = await task
        if not answers:
            return
        whole = joined(answers)
        if whole.choices and len(whole.text) < 300:
            choices = [(choice, choice) for choice in whole.choices]
            if await sent(partial(self._offer, push.openid, whole.text, choices)):
                return
        await self._send_pages(push.openid, pages(_written(answers)))

    async def _send_pages(self, openid: str, texts: Sequence[str]) -> None:
        for text in texts:
            await sent(partial(self._write, openid, text))

    async def _write(self, openid: str, text: str) -> None:
        with _later():
            await self._api.send_text(openid, text)

    async def _offer(self, openid: str, text: str, choices: Sequence[tuple[str, str]]) -> None:
        with _later():
            await self._api.send_choices(openid, text, choices)


@contextmanager
def _later() -> Iterator[None]:
    """What WeChat cannot do just now is NotNow; its other errors stay what they are."""
    try:
        yield
    except WeChatError as error:
        if error.code in LATER | TOKEN_CODES:
            raise NotNow(str(error)) from None
        raise


def _refused(error: ChannelError | BackendError) -> Response:
    logger.warning("a request to /wechat is refused: %s", error)
    return PlainTextResponse("forbidden", 403)


def _place(push: Push) -> Place | None:
    try:
        latitude, longitude = float(push.field("Location_X")), float(push.field("Location_Y"))
    except ValueError:
        return None
    return Place(latitude, longitude, push.field("Label").strip())


def _allowed(push: Push) -> list[str]:
    """Return the templates that somebody has just allowed one message of."""
    found = push.message._data.get("SubscribeMsgPopupEvent")
    listed = found.get("List") if isinstance(found, dict) else None
    items = listed if isinstance(listed, list) else [listed]
    return [
        str(item["TemplateId"])
        for item in items
        if isinstance(item, dict)
        and item.get("SubscribeStatusString") == "accept"
        and isinstance(item.get("TemplateId"), str)
    ]


def _written(answers: Sequence[Said]) -> str:
    whole = joined(answers)
    if not whole.choices:
        return whole.text
    return f"{whole.text}\n{sentence('choices', choices=' / '.join(whole.choices))}"


def menu() -> list[dict[str, str]]:
    """Return the buttons under the conversation."""
    return [{"type": "click", "name": sentence(MENU[key]), "key": key} for key in MENU]
