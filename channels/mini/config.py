"""What the mini-program needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.wechat.config import API, Template


@dataclass(frozen=True)
class MiniConfig:
    """A mini-program; without `app_id` there is only its page in browsers."""

    app_id: str = ""
    secret: str = field(default="", repr=False)
    api: str = API
    """WeChat's API, or a relay with a fixed address in front of it"""
    templates: Mapping[str, Template] = field(default_factory=dict)
    """subscription messages, by event"""
