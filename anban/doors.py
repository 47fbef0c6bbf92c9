"""Wires the channels that have accounts: the doors they push to, and their senders of notices.

Only what a setting switches on is built.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from anban.errors import NotFound, NotNow, Refused, SettingsError
from anban.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

    from backend.config import BackendConfig
    from backend.notices.ports import Message, Notifier, Receipt
    from backend.services.accounts import AccountName
    from backend.store.database import Database
    from bot.dialogue import Dialogue
    from channels.messaging import Messenger
    from channels.mini.config import MiniConfig
    from channels.mini.talk import Account
    from channels.ports import Letter
    from channels.sms.config import SmsConfig
    from channels.telegram.bot import TelegramConfig
    from channels.wechat.config import Template, WeChatConfig

logger = logging.getLogger(__name__)

_KINDS = ("template", "subscribe")
LETTER = ("subject", "text", "number", "at")
"""what a field of one of WeChat's templates may name"""


class Door(Protocol):
    """Where a channel pushes to."""

    def routes(self) -> APIRouter:
        """Return its routes."""

    async def close(self) -> None:
        """Let answers go out that are under way, and close the connections."""


@runtime_checkable
class Resuming(Protocol):
    """A door that takes up what was left when the last process ended."""

    def resume(self) -> None:
        """Begin to."""


def wechat_config(settings: Settings) -> WeChatConfig | None:
    """The official account, or None where there is none.

    Raises:
        SettingsError: a part of it is missing or cannot be used.
    """
    from channels.wechat.config import WeChatConfig

    if not settings.wechat_app_id:
        return None
    for name in ("wechat_secret", "wechat_token"):
        if not getattr(settings, name):
            raise SettingsError(f"ANBAN_{name.upper()} is missing: the official account needs it")
    if settings.wechat_aes_key and len(settings.wechat_aes_key) != 43:
        raise SettingsError("ANBAN_WECHAT_AES_KEY: the EncodingAESKey has 43 characters")
    return WeChatConfig(
        app_id=settings.wechat_app_id,
        secret=settings.wechat_secret,
        token=settings.wechat_token,
        aes_key=settings.wechat_aes_key,
        api=settings.wechat_api.rstrip("/"),
        templates=templates(settings.wechat_templates) if settings.wechat_templates else {},
    )


def templates(file: Path) -> Mapping[str, Template]:
    """The templates of a file: one table an event, with `id`, `kind` and `fields`.

    Raises:
        SettingsError: names the event, and what would be right.
    """
    from channels.wechat.config import Template

    found = _tables(file, ("id", "kind", "fields"), LETTER)
    for event, values in found.items():
        if values["kind"] not in _KINDS:
            raise SettingsError(f"{file}: [{event}] kind is {' or '.join(_KINDS)}")
    return {event: Template(**values) for event, values in found.items()}


def _tables(
    file: Path, names: tuple[str, ...], known: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """The tables of a file, each of which has exactly these names, and `fields` of what is known.

    Raises:
        SettingsError: names the file, the table, and what would be right.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from None
    for event, values in data.items():
        if not isinstance(values, dict) or set(values) != set(names):
            raise SettingsError(f"{file}: [{event}] needs {', '.join(names)} and nothing else")
        try:
            for form in values["fields"].values():
                form.format_map(dict.fromkeys(known, ""))
        except (LookupError, ValueError, AttributeError, TypeError):
            right = ", ".join(f"{{{name}}}" for name in known)
            raise SettingsError(f"{file}: [{event}] fields are texts with {right}") from None
    return data


def mini_config(settings: Settings) -> MiniConfig:
    """The mini-program; without settings there is only its page in browsers.

    Raises:
        SettingsError: a part of it is missing or cannot be used.
    """
    from channels.mini.config import MiniConfig
    from channels.wechat.config import Template

    if settings.mini_app_id and not settings.mini_secret:
        raise SettingsError("ANBAN_MINI_SECRET is missing: the mini-program needs it")
    found = {}
    if settings.mini_templates:
        found = _tables(settings.mini_templates, ("id", "fields"), LETTER)
    return MiniConfig(
        app_id=settings.mini_app_id,
        secret=settings.mini_secret,
        api=settings.wechat_api.rstrip("/"),
        templates={event: Template(kind="subscribe", **values) for event, values in found.items()},
    )


def telegram_config(settings: Settings) -> TelegramConfig | None:
    """The bot, or None where there is none. Its secret is made of what is known."""
    from channels.telegram.bot import TelegramConfig

    if not settings.telegram_token:
        return None
    key = settings.session_secret.encode()
    secret = hmac.new(key, settings.telegram_token.encode(), hashlib.sha256).hexdigest()
    return TelegramConfig(settings.telegram_token, secret, settings.telegram_api.rstrip("/"))


def sms_config(settings: Settings) -> SmsConfig | None:
    """The carrier of text messages, or None where there is none.

    Raises:
        SettingsError: a part of it is missing or cannot be used.
    """
    from channels.sms.config import ENDPOINTS, SmsConfig, Template

    if not settings.sms_provider:
        return None
    if settings.sms_provider not in ENDPOINTS:
        raise SettingsError(f"ANBAN_SMS_PROVIDER: write {' or '.join(ENDPOINTS)}")
    for name in ("sms_key_id", "sms_secret", "sms_sign", "sms_templates"):
        if not getattr(settings, name):
            raise SettingsError(f"ANBAN_{name.upper()} is missing: text messages need it")
    assert settings.sms_templates is not None
    known = ("subject", "text", "number", "url")
    found = _tables(settings.sms_templates, ("id", "fields"), known)
    return SmsConfig(
        provider=settings.sms_provider,
        key_id=settings.sms_key_id,
        secret=settings.sms_secret,
        sign=settings.sms_sign,
        templates={event: Template(**values) for event, values in found.items()},
        app_id=settings.sms_app_id,
        api=settings.sms_api.rstrip("/"),
    )


def sms_secret(settings: Settings) -> str:
    """The last part of the address carriers report to."""
    key = settings.session_secret.encode()
    return hmac.new(key, b"sms reports", hashlib.sha256).hexdigest()[:40]


def doors(
    settings: Settings, mind: Dialogue, ready: Callable[[], Awaitable[object]] | None = None
) -> list[Door]:
    """The doors of the channels that are switched on.

    Args:
        settings: which these are.
        mind: answers.
        ready: waits until all that answers is there, after a start.
    """
    found: list[Door] = [_mini(settings, mind)]
    if settings.mini_app_id and settings.mini_token:
        found.append(_mini_events(settings, mind))
    if settings.sms_provider:
        from anban.wiring import backend_client
        from channels.sms.door import Door as SmsDoor

        found.append(SmsDoor(sms_secret(settings), backend_client(settings)))
    if (wechat := wechat_config(settings)) is not None:
        from backend.client import SealedFolder
        from channels.wechat.api import WeChatApi
        from channels.wechat.door import Door as WeChatDoor

        messenger = _messenger(settings, mind, wechat.app_id)
        shelf = SealedFolder(settings.data / "wechat", settings.keys, ".owed")
        found.append(WeChatDoor(wechat, WeChatApi(wechat), messenger, shelf, ready=ready))
    if (telegram := telegram_config(settings)) is not None:
        from channels.telegram.bot import make_bot
        from channels.telegram.door import Door as TelegramDoor

        messenger = _messenger(settings, mind, settings.telegram_token.partition(":")[0])
        found.append(TelegramDoor(telegram, make_bot(telegram), messenger))
    return found


def _mini(settings: Settings, mind: Dialogue) -> Door:
    from limits import parse
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    from anban.wiring import backend_client
    from channels.hearing import VoiceProcess
    from channels.mini.door import Door as MiniDoor
    from channels.mini.login import Login

    limiter, limit = MovingWindowRateLimiter(MemoryStorage()), parse("60/minute")
    config = mini_config(settings)
    return MiniDoor(
        mind,
        backend_client(settings),
        VoiceProcess(settings.voice_url, settings.service_token),
        MiniPasses(settings.session_secret),
        login=Login(config) if config.app_id else None,
        allow=lambda name: limiter.hit(limit, name),
    )


def _mini_events(settings: Settings, mind: Dialogue) -> Door:
    from channels.mini.events import EventsDoor
    from channels.wechat.config import WeChatConfig
    from channels.wechat.messages import Seal

    key = settings.mini_aes_key
    if key and len(key) != 43:
        raise SettingsError("ANBAN_MINI_AES_KEY: the EncodingAESKey has 43 characters")
    names = (settings.mini_app_id, settings.mini_secret, settings.mini_token)
    seal = Seal(WeChatConfig(*names, aes_key=key))
    return EventsDoor(seal, _messenger(settings, mind, settings.mini_app_id))


class MiniPasses:
    """The backend's passes as the mini-program's door uses them."""

    def __init__(self, secret: str) -> None:
        from backend.passes import Passes

        self._passes = Passes(secret)

    def issue(self, channel: str, address: str) -> str:
        """See `channels.mini.door.Passes`."""
        return self._passes.issue(channel, address)

    def read(self, shown: str, *, however_old: bool = False) -> Account:
        """See `channels.mini.door.Passes`."""
        from backend.passes import conversation_of
        from channels.mini.talk import Account

        who = self._passes.account(shown, however_old=however_old)
        return Account(who.channel, who.address, conversation_of(who))


def _messenger(settings: Settings, mind: Dialogue, app: str) -> Messenger:
    from anban.wiring import backend_client
    from channels.hearing import VoiceProcess
    from channels.messaging import Messenger

    ears = VoiceProcess(settings.voice_url, settings.service_token)
    return Messenger(mind, backend_client(settings), ears, app, settings.public_url)


# senders of notices


class _Sender(Protocol):
    async def send(self, letter: Letter) -> str: ...


@dataclass(frozen=True)
class _Posted:
    """A channel's sender as a `Notifier`."""

    sender: _Sender

    async def send(self, message: Message) -> Receipt:
        """See `Notifier`; whatever else a sender raises means: not now."""
        from backend.domain.times import CHINA
        from backend.notices.ports import Receipt
        from channels.ports import Letter

        url = message.facts.get("acknowledge_url")
        letter = Letter(
            id=message.id,
            event=message.event,
            address=message.address,
            subject=message.subject,
            text=message.text,
            at=message.created_at.astimezone(CHINA),
            emergency_id=message.facts.get("emergency_id") if url else None,
            number=message.facts.get("order_number") or "",
            url=url or "",
        )
        try:
            return Receipt(await self.sender.send(letter))
        except (Refused, NotNow):
            raise
        except Exception as trouble:  # noqa: BLE001 - the outer edge of any sender
            kind = type(trouble).__name__
            logger.error("notice %s broke its sender: %s", message.id, kind)
            raise NotNow(f"the sender broke: {kind}") from None


@dataclass(frozen=True)
class _Allowances:
    """What the register says an account may be sent."""

    database: Database
    config: BackendConfig
    channel: str = "wechat"

    async def may_write(self, openid: str) -> bool:
        """See `channels.wechat.sender.Allowances`."""
        from backend.services import accounts
        from backend.store.database import utc_now

        async with self.database.transaction() as session:
            return await accounts.may_write(session, self._who(openid), utc_now())

    async def has(self, openid: str, template: str) -> bool:
        """See `channels.wechat.sender.Allowances`."""
        from backend.services import accounts

        async with self.database.transaction() as session:
            return await accounts.has_credit(session, self._who(openid), template)

    async def spend(self, openid: str, template: str) -> None:
        """See `channels.wechat.sender.Allowances`."""
        from backend.services import accounts

        async with self.database.transaction() as session:
            await accounts.spend(session, self._who(openid), template)

    async def use_up(self, openid: str, template: str) -> None:
        """See `channels.wechat.sender.Allowances`."""
        from backend.services import accounts

        async with self.database.transaction() as session:
            await accounts.use_up(session, self._who(openid), template)

    def _who(self, openid: str) -> AccountName:
        from backend.services.accounts import AccountName

        return AccountName(self.channel, openid)


def channels(settings: Settings) -> frozenset[str]:
    """The contact channels that are switched on here, beside those the backend has itself."""
    on = {
        "wechat": settings.wechat_app_id,
        "telegram": settings.telegram_token,
        "mini": settings.mini_app_id and settings.mini_templates,
        "sms": settings.sms_provider,
        "staff": True,
    }
    return frozenset(name for name, value in on.items() if value)


@asynccontextmanager
async def senders(settings: Settings, config: BackendConfig) -> AsyncIterator[dict[str, Notifier]]:
    """Give the senders of the channels that are switched on, by channel."""
    from channels.staff.sender import StaffSender

    found: dict[str, Notifier] = {"staff": _Posted(StaffSender())}
    async with AsyncExitStack() as stack:
        if (carrier := sms_config(settings)) is not None:
            from channels.sms.sender import SmsSender

            by_sms = SmsSender(carrier)
            stack.push_async_callback(by_sms.close)
            found["sms"] = _Posted(by_sms)
        if (wechat := wechat_config(settings)) is not None:
            from backend.store.database import Database
            from channels.wechat.api import WeChatApi
            from channels.wechat.sender import WeChatSender

            database = Database(replace(config, pool_size=2))
            stack.push_async_callback(database.close)
            api = WeChatApi(wechat)
            stack.push_async_callback(api.close)
            found["wechat"] = _Posted(WeChatSender(wechat, api, _Allowances(database, config)))
        if (mini := mini_config(settings)).app_id and mini.templates:
            from backend.store.database import Database
            from channels.mini.sender import MiniSender
            from channels.wechat.api import WeChatApi
            from channels.wechat.config import WeChatConfig

            database = Database(replace(config, pool_size=2))
            stack.push_async_callback(database.close)
            api = WeChatApi(WeChatConfig(mini.app_id, mini.secret, token="", api=mini.api))
            stack.push_async_callback(api.close)
            allowances = _Allowances(database, config, "mini")
            found["mini"] = _Posted(MiniSender(mini, api, allowances))
        if (telegram := telegram_config(settings)) is not None:
            from channels.telegram.bot import make_bot
            from channels.telegram.sender import TelegramSender

            bot = make_bot(telegram)
            stack.push_async_callback(bot.shutdown)
            found["telegram"] = _Posted(TelegramSender(bot))
        yield found


async def letter(settings: Settings, phone: str) -> str:
    """The letter that gives an elder a number to pass on.

    Args:
        settings: which channels there are.
        phone: the elder's number.

    Raises:
        NotFound: no elder has this number.
        ChannelError: WeChat makes no picture.
    """
    from anban.wiring import backend_client
    from channels.sentences import sentence

    async with backend_client(settings) as backend:
        found = await backend.elders(phone=phone)
        if not found:
            raise NotFound("没有登记这个号码的老人")
        code = (await backend.binding_code(found[0].id, "letter")).code
    picture = ""
    if (wechat := wechat_config(settings)) is not None:
        from channels.wechat.api import WeChatApi
        from channels.wechat.door import SCENE

        api = WeChatApi(wechat)
        picture = sentence("letter_picture", url=await api.scene_qr(SCENE + code))
        await api.close()
    return sentence("letter", elder=found[0].name, code=code, picture=picture)


async def announce(settings: Settings) -> list[str]:
    """Tell WeChat its menu and Telegram our address; returns what was done.

    Raises:
        SettingsError: no channel is switched on, or Telegram cannot reach us by HTTPS.
        ChannelError: a channel refuses.
    """
    done = []
    if (wechat := wechat_config(settings)) is not None:
        from channels.wechat.api import WeChatApi
        from channels.wechat.door import menu

        api = WeChatApi(wechat)
        await api.make_menu(menu())
        await api.close()
        done.append("wechat: the menu is set; the server address is /wechat")
    if (telegram := telegram_config(settings)) is not None:
        from channels.telegram.bot import announce as announce_bot

        address = settings.public_url or ""
        if not address.startswith("https://"):
            raise SettingsError("ANBAN_PUBLIC_URL: Telegram pushes to an https:// address only")
        await announce_bot(telegram, f"{address.rstrip('/')}/telegram")
        done.append("telegram: the webhook is set")
    if settings.sms_provider:
        address = (settings.public_url or settings.backend_url).rstrip("/")
        done.append(f"sms: let the carrier report to {address}/sms/{sms_secret(settings)}")
    if settings.cloud_token and settings.public_url:
        from channels.cloud.callbacks import signature

        proof = signature(settings.cloud_token, "main")
        address = f"{settings.public_url.rstrip('/')}/cloud/aliyun/main/{proof}"
        done.append(f"cloud: let Aliyun call back to {address} and send its records to …/records")
    if not done:
        raise SettingsError(
            "no channel: set ANBAN_WECHAT_APP_ID, ANBAN_TELEGRAM_TOKEN or ANBAN_SMS_PROVIDER"
        )
    return done
