"""What a carrier of text messages needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ENDPOINTS = {
    "aliyun": "https://dysmsapi.aliyuncs.com",
    "tencent": "https://sms.tencentcloudapi.com",
}
ANY = "any"
"""the template of events that have none of their own"""


@dataclass(frozen=True)
class Template:
    """An approved template.

    Attributes:
        id: its code at the carrier.
        fields: its variables, in order; values may name {subject}, {text}, {number} and {url}.
    """

    id: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class SmsConfig:
    """An account at a carrier."""

    provider: str
    """aliyun or tencent"""
    key_id: str
    secret: str = field(repr=False)
    sign: str
    """the approved signature, without brackets"""
    templates: Mapping[str, Template]
    """by event, or `any`"""
    app_id: str = ""
    """Tencent's SmsSdkAppId"""
    region: str = "ap-guangzhou"
    """Tencent's"""
    api: str = ""
    """the carrier's own address where empty"""

    @property
    def endpoint(self) -> str:
        """Where messages are sent to."""
        return self.api or ENDPOINTS[self.provider]
