"""``/wechat``: where WeChat pushes what people send to the official account.

WeChat waits five seconds for the answer and then pushes the same again. An answer that is ready in
time goes back with the request; a later one follows as a customer-service message. Whatever is
pushed is answered: the person must never read 该公众号暂时无法提供服务.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from anban.errors import BackendError, ChannelError, Unproven
from channels.bodies import read_body
from channels.hearing import SECONDS
from channels.messaging import Incoming, Messenger, Place, Said, joined
from channels.ports import Kept, Shelf
from channels.recent import Recent
from channels.sentences import sentence
from channels.wechat import subscriptions
from channels.wechat.api import WeChatApi
from channels.wechat.config import WeChatConfig
from channels.wechat.late import Debts, Owed, Unkept
from channels.wechat.messages import Push, Seal, Unreadable, pages, read

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
SHORT = 300
"""characters of a text that choices are shown under"""
LOOK_SECONDS = 60.0
"""between two looks for what was left"""
_Follow = Callable[[Owed, Kept], Coroutine[Any, Any, None]]
LATEST = SECONDS + 15.0
"""s an answer may take that is still to come when we stop: a voice note is heard, and answered"""


class Door:
    """Answers WeChat's pushes.

    Args:
        config: the account.
        api: its API.
        messenger: answers what people send.
        shelf: where pushes lie whose answer follows.
        seal: checks what comes in.
        ready: waits until what answers is there, after a start; cries wait for nothing.
    """

    def __init__(
        self,
        config: WeChatConfig,
        api: WeChatApi,
        messenger: Messenger,
        shelf: Shelf,
        *,
        seal: Seal | None = None,
        ready: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._config = config
        self._api = api
        self._messenger = messenger
        self._debts = Debts(api, shelf)
        self._seal = seal or Seal(config)
        self._ready = ready
        self._served: Recent[str, asyncio.Task[list[Said]]] = Recent(_KEPT)
        self._by_message: Recent[str, asyncio.Future[bool]] = Recent(_KEPT)
        self._follow_ups: set[asyncio.Task[None]] = set()
        self._resuming: asyncio.Task[None] | None = None

    def routes(self) -> APIRouter:
        """Return the routes WeChat knows."""
        routes = APIRouter(include_in_schema=False)
        routes.get("/wechat")(self.prove)
        routes.post("/wechat")(self.take)
        return routes

    def resume(self) -> None:
        """Begin to take up what a process that died has left, and what WeChat could not take."""
        self._resuming = asyncio.create_task(self._resume())

    async def close(self) -> None:
        """Wait for answers that are still to be sent, then close the connections."""
        if self._resuming is not None:
            self._resuming.cancel()
            await asyncio.wait({self._resuming})
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
        if rest:
            owed = Owed(push.openid, time.time(), texts=tuple(rest))
            follow = partial(self._debts.pay, push.key)
            if not await self._once(push.key, owed, follow):
                self._follow(follow(owed, Unkept()))
        xml = self._seal.reply(push, first, query.get("nonce") or secrets.token_hex(8))
        return Response(xml, media_type="application/xml")

    # one push

    async def _in_time(self, push: Push) -> list[Said]:
        """What can be answered with the request itself; the rest follows by itself."""
        task = self._task(push)
        if push.key not in self._by_message:
            await asyncio.wait({task}, timeout=self._config.answer_seconds)
        if push.key in self._by_message or not task.done():
            owed = Owed(push.openid, time.time(), push.xml)
            if await self._once(push.key, owed, partial(self._follow_up, push.key, task)):
                return []
            # It is not kept, so WeChat must not take it for taken: it will push it again.
            await asyncio.wait({task})
        return task.result()

    def _task(self, push: Push) -> asyncio.Task[list[Said]]:
        task = self._served.get(push.key)
        if task is None:
            task = asyncio.create_task(self._answer(push))
            self._served[push.key] = task
        return task

    async def _once(self, key: str, owed: Owed, follow: _Follow) -> bool:
        """Keep what is owed and let it follow, once for all repeats; False: it is not kept."""
        task = self._by_message.get(key)
        if task is None:
            task = asyncio.create_task(self._kept(key, owed, follow))
            self._by_message[key] = task
        kept = await asyncio.shield(task)
        if not kept:
            self._by_message.pop(key, None)
        return kept

    async def _kept(self, key: str, owed: Owed, follow: _Follow) -> bool:
        try:
            kept = await self._debts.put(key, owed)
        except OSError as error:
            logger.error("a push cannot be kept: %s", type(error).__name__)
            return False
        self._follow(follow(owed, kept))
        return True

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
        elif event in subscriptions.EVENTS:
            await subscriptions.note(self._messenger, CHANNEL, push)
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

    async def _follow_up(
        self, key: str, task: asyncio.Task[list[Said]], owed: Owed, kept: Kept
    ) -> None:
        """Send the answer once there is one; until it is sent it lies where the push lay."""
        answers = await task
        if not answers:
            kept.done()
            return
        whole = joined(answers)
        short = whole.choices and len(whole.text) < SHORT
        answer = replace(
            owed,
            xml="",
            texts=tuple(pages(_written(answers))),
            head=whole.text if short else "",
            choices=whole.choices if short else (),
        )
        try:
            at = await self._debts.put(key, answer)
            kept.done()
        except OSError as error:
            logger.error("an answer cannot be kept: %s", type(error).__name__)
            at = kept
        await self._debts.pay(key, answer, at)

    # what was left

    async def _resume(self) -> None:
        waiting = asyncio.create_task(self._await_ready())
        try:
            while True:
                for owed, kept in await self._debts.left():
                    self._follow(self._take_up(owed, kept, waiting))
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            waiting.cancel()

    async def _await_ready(self) -> None:
        if self._ready is not None:
            await self._ready()

    async def _take_up(self, owed: Owed, kept: Kept, ready: asyncio.Task[None]) -> None:
        if owed.texts:
            await self._debts.pay(owed.openid, owed, kept)
            return
        try:
            push = read(owed.xml)
        except Unreadable as error:
            logger.error("what is owed cannot be read: %s", error)
            kept.done()
            return
        if not self._messenger.in_danger(push.field("Content")):
            await asyncio.wait({ready})
        if ready.cancelled():  # we stop: the next process takes it up
            kept.let_go()
            return
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        taken.set_result(True)
        self._by_message[push.key] = taken
        task = self._task(push)
        if not await task and not push.is_event:  # it was answered, and the answer is lost
            lost = sentence("answer_lost")
            await self._debts.pay(push.key, replace(owed, xml="", texts=(lost,)), kept)
            return
        await self._follow_up(push.key, task, owed, kept)


def _refused(error: ChannelError | BackendError) -> Response:
    logger.warning("a request to /wechat is refused: %s", error)
    return PlainTextResponse("forbidden", 403)


def _place(push: Push) -> Place | None:
    try:
        latitude, longitude = float(push.field("Location_X")), float(push.field("Location_Y"))
    except ValueError:
        return None
    return Place(latitude, longitude, push.field("Label").strip())


def _written(answers: Sequence[Said]) -> str:
    whole = joined(answers)
    if not whole.choices:
        return whole.text
    return f"{whole.text}\n{sentence('choices', choices=' / '.join(whole.choices))}"


def menu() -> list[dict[str, str]]:
    """Return the buttons under the conversation."""
    return [{"type": "click", "name": sentence(MENU[key]), "key": key} for key in MENU]
