"""What WeChat pushes, checked and read; what goes back with its request."""

from __future__ import annotations

import hashlib
import hmac
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.events import BaseEvent
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.messages import BaseMessage
from wechatpy.replies import TextReply
from wechatpy.utils import WeChatSigner

from anban.errors import ChannelError, Unproven
from channels.recent import Recent
from channels.wechat.config import WeChatConfig

FRESH_SECONDS = 300
"""older pushes are refused, and so long a nonce belongs to one body"""
NONCES = 20_000
MAX_PAGE = 600
"""characters of one text message (2,048 bytes)"""

_UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    AssertionError,
    ExpatError,
    struct.error,
)
"""what wechatpy lets through for bytes that are no message"""


class Unreadable(ChannelError):
    """It is from WeChat, and no message we can read."""


@dataclass(frozen=True)
class Push:
    """One message or event."""

    message: BaseMessage
    key: str
    """the same push has the same key, however often it is sent"""
    xml: str = field(repr=False)
    """as WeChat wrote it, opened"""

    @property
    def openid(self) -> str:
        """Who sent it."""
        return str(self.message.source)

    @property
    def is_event(self) -> bool:
        """Whether it is an event and no message."""
        return isinstance(self.message, BaseEvent)

    def field(self, name: str) -> str:
        """Return a field of the XML that wechatpy has no name for, or ""."""
        found = self.message._data.get(name)
        return found if isinstance(found, str) else ""


class Seal:
    """Checks what comes in, and encrypts what goes back.

    Args:
        config: the account.
        clock: seconds.
    """

    def __init__(self, config: WeChatConfig, clock: Callable[[], float] = time.time) -> None:
        self._config = config
        self._clock = clock
        self._crypto = (
            WeChatCrypto(config.token, config.aes_key, config.app_id) if config.aes_key else None
        )
        self._nonces: Recent[tuple[str, str], bytes] = Recent(NONCES)

    def check(self, query: Mapping[str, str], body: bytes = b"") -> None:
        """Check that a request was made by WeChat, just now, for this body.

        A signature in the clear does not cover the body, so a nonce belongs to one body only.

        Raises:
            Unproven: it was not.
        """
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        signed = _signature(self._config.token, timestamp, nonce)
        if not hmac.compare_digest(signed.encode(), query.get("signature", "").encode()):
            raise Unproven("the signature is wrong")
        try:
            age = abs(self._clock() - int(timestamp))
        except (ValueError, OverflowError):
            raise Unproven("the timestamp is none") from None
        if age > FRESH_SECONDS:
            raise Unproven("the request is too old")
        digest = hashlib.sha256(body).digest()
        if self._nonces.setdefault((timestamp, nonce), digest) != digest:
            raise Unproven("the nonce was used for something else")

    def open(self, query: Mapping[str, str], body: bytes) -> Push:
        """Read a push.

        Raises:
            Unproven: it is not from WeChat, or in the clear where it must be encrypted.
            Unreadable: it is no message.
        """
        self.check(query, body)
        try:
            xml = self._opened(query, body)
        except (InvalidSignatureException, InvalidAppIdException) as error:
            raise Unproven(type(error).__name__) from None
        except _UNREADABLE as error:
            raise Unreadable(f"a push cannot be opened: {type(error).__name__}") from None
        return read(xml)

    def _opened(self, query: Mapping[str, str], body: bytes) -> str:
        if self._crypto is None:
            return body.decode()
        outer = xmltodict.parse(body.decode())["xml"]
        if not isinstance(outer, dict) or "Encrypt" not in outer:
            raise Unproven("the message is not encrypted")
        opened = self._crypto.decrypt_message(
            outer,
            query.get("msg_signature", ""),
            query.get("timestamp", ""),
            query.get("nonce", ""),
        )
        return opened.decode() if isinstance(opened, bytes) else str(opened)

    def reply(self, push: Push, text: str, nonce: str) -> str:
        """Return the XML that answers a push with a text."""
        safe = text.replace("]]>", "]] >")
        xml = TextReply(message=push.message, content=safe).render()
        if self._crypto is None:
            return str(xml)
        return str(self._crypto.encrypt_message(xml, nonce, str(int(self._clock()))))


def read(xml: str) -> Push:
    """Read a push that is opened, and known to be WeChat's.

    Raises:
        Unreadable: it is no message.
    """
    try:
        message = parse_message(xml)
        key = _key(message, xml)
    except _UNREADABLE as error:
        raise Unreadable(f"a push cannot be read: {type(error).__name__}") from None
    if not message or not isinstance(message.source, str) or not message.source:
        raise Unreadable("a push without a sender")
    return Push(message, key, xml)


def _signature(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def _key(message: BaseMessage, xml: str) -> str:
    """MsgId where there is one; else sender and time, and of an event what it is."""
    if message.id:
        return f"wechat:{message.id}"
    told = f"{message.source}:{message.time}:{getattr(message, 'event', '')}:{xml}"
    return f"wechat:{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def pages(text: str) -> list[str]:
    """Cut a text into messages that WeChat takes, at line ends where it can be."""
    found: list[str] = []
    while len(text) > MAX_PAGE:
        cut = text.rfind("\n", 0, MAX_PAGE)
        cut = cut if cut > 0 else MAX_PAGE
        found.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*found, text]
