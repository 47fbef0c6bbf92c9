"""What the official account needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

API = "https://api.weixin.qq.com"


@dataclass(frozen=True)
class Template:
    """A template of the official account for one event.

    Attributes:
        id: the template's id, from the account's own console.
        kind: `template` (类目模板消息) or `subscribe` (一次性订阅通知, needs a credit).
        fields: the template's fields; values may name {subject}, {text}, {number} and {at}.
    """

    id: str
    kind: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class WeChatConfig:
    """An official account."""

    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    """signs what WeChat pushes"""
    aes_key: str = field(default="", repr=False)
    """EncodingAESKey, 43 characters; with it only encrypted messages are taken"""
    api: str = API
    """WeChat's API, or a relay with a fixed address in front of it"""
    templates: Mapping[str, Template] = field(default_factory=dict)
    """by event"""
    answer_seconds: float = 4.2
    """until then an answer goes back with WeChat's own request, which waits 5 s; later ones
    follow as customer-service messages"""
