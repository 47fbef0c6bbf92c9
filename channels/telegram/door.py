"""``/telegram``: where Telegram pushes what people send to the bot.

A push counts as taken only once it is answered: what a button says is recorded before the 200, so a
restart in between loses nothing, because Telegram pushes again.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from telegram import Bot, CallbackQuery, Chat, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from anban.errors import BackendError, ChannelError
from channels.answering import sent
from channels.bodies import read_body
from channels.messaging import Incoming, Messenger, Place, Said
from channels.recent import Recent
from channels.sentences import sentence
from channels.telegram.bot import TelegramConfig, send

logger = logging.getLogger(__name__)

CHANNEL = "telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY = 256_000
"""bytes of one push"""
LARGEST_VOICE = 20_000_000
"""bytes; what a bot may fetch"""
_KEPT = 2000


class Door:
    """Answers Telegram's pushes.

    Args:
        config: the bot's secret.
        bot: sends the answers.
        messenger: finds them.
    """

    def __init__(self, config: TelegramConfig, bot: Bot, messenger: Messenger) -> None:
        self._config = config
        self._bot = bot
        self._messenger = messenger
        self._served: Recent[int, asyncio.Task[None]] = Recent(_KEPT)

    def routes(self) -> APIRouter:
        """Return the route Telegram knows."""
        routes = APIRouter(include_in_schema=False)
        routes.post("/telegram")(self.take)
        return routes

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.shutdown()

    async def take(self, request: Request) -> Response:
        """Take one push."""
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), self._config.secret.encode()):
            return PlainTextResponse("forbidden", 403)
        body = await read_body(request, MAX_BODY)
        if body is None:
            return PlainTextResponse("too large", 413)
        update = _update(body, self._bot)
        if update is None:  # what is refused Telegram pushes again, before all that follows
            logger.warning("a push is no update we can read")
            return PlainTextResponse("not an update")
        try:
            await self._once(update)
        except BackendError as error:
            logger.warning("a push is to come again: %s", type(error).__name__)
            return PlainTextResponse("try again", 503)
        return PlainTextResponse("ok")

    async def _once(self, update: Update) -> None:
        """Serve an update; a repeat waits for the first."""
        task = self._served.get(update.update_id)
        if task is None:
            task = asyncio.create_task(self._serve(update))
            self._served[update.update_id] = task
        try:
            await asyncio.shield(task)
        except BackendError:
            self._served.pop(update.update_id, None)
            raise

    async def _serve(self, update: Update) -> None:
        key = f"{CHANNEL}:{update.update_id}"
        try:
            if update.callback_query is not None:
                await self._pressed(update.callback_query, key)
            elif update.my_chat_member is not None:
                if update.my_chat_member.new_chat_member.status == ChatMemberStatus.BANNED:
                    account = str(update.my_chat_member.chat.id)
                    await self._messenger.leave(CHANNEL, account)
            elif update.message is not None and update.message.chat.type == ChatType.PRIVATE:
                await self._message(update.message, key)
        except BackendError:
            raise
        except Exception as trouble:  # noqa: BLE001 - the outer edge: a push that breaks is not repeated
            logger.error("a push was not answered: %s", type(trouble).__name__)
            if writer := _writer(update):
                await self._send(writer, Said(sentence("not_heard")))

    async def _message(self, message: Message, key: str) -> None:
        account = str(message.chat.id)
        text = message.text or ""
        if text.startswith("/start"):
            code = text.removeprefix("/start").strip()
            scanned = code.isdigit() and await self._messenger.scanned(CHANNEL, account, code)
            await self._answer(account, scanned or self._messenger.welcome())
            return
        said = Incoming(
            CHANNEL,
            account,
            key,
            text=text,
            voice=(lambda: self._recording(message)) if message.voice or message.audio else None,
            place=_place(message),
            unreadable=not (text or message.voice or message.audio or message.location),
        )
        await self._answer(account, await self._messenger.hear(said) or [])

    async def _pressed(self, pressed: CallbackQuery, key: str) -> None:
        account = str(pressed.from_user.id)
        said = Incoming(CHANNEL, account, key, pressed=pressed.data or "")
        answers = await self._messenger.hear(said) if pressed.data else None
        try:
            await pressed.answer()
            await pressed.edit_message_reply_markup(None)
        except TelegramError as error:  # too old, or pressed twice: it is recorded all the same
            logger.info("a button stays: %s", type(error).__name__)
        await self._answer(account, answers or [])

    async def _recording(self, message: Message) -> bytes:
        sound = message.voice or message.audio
        assert sound is not None
        if (sound.file_size or 0) > LARGEST_VOICE:
            raise ChannelError("the recording is too large")
        try:
            file = await sound.get_file()
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise ChannelError(f"telegram: {type(error).__name__}") from None

    async def _answer(self, account: str, answers: Sequence[Said]) -> None:
        for said in answers:
            await self._send(account, said)

    async def _send(self, account: str, said: Said) -> None:
        await sent(lambda: send(self._bot, account, said.text, choices=said.choices))


def _update(body: bytes, bot: Bot) -> Update | None:
    """Return what was pushed; None where it is no update."""
    try:
        data = json.loads(body)
        found = Update.de_json(data, bot) if isinstance(data, dict) else None
        return found if found is not None and isinstance(found.update_id, int) else None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _writer(update: Update) -> str | None:
    """Return the account of who wrote or pressed; None where nobody waits for an answer."""
    if isinstance(update.callback_query, CallbackQuery):
        return str(update.callback_query.from_user.id)
    if isinstance(update.message, Message) and isinstance(update.message.chat, Chat):
        private = update.message.chat.type == ChatType.PRIVATE
        return str(update.message.chat.id) if private else None
    return None


def _place(message: Message) -> Place | None:
    found = message.location
    if found is None:
        return None
    label = message.venue.address if message.venue else ""
    return Place(float(found.latitude), float(found.longitude), label)
