"""Notices by text message: one signed request, the carrier's number for it as the receipt."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from anban.errors import NotNow, Refused
from channels.outgoing import broken
from channels.ports import Letter
from channels.sms import signing
from channels.sms.config import ANY, SmsConfig, Template

TIMEOUT = httpx.Timeout(8.0, connect=3.0)
LONGEST_FIELD = 35
"""characters of a variable that carriers take"""
_LATER = (
    *("isp.", "Throttling", "ServiceUnavailable", "isv.BUSINESS_LIMIT_CONTROL"),
    *("InternalError", "RequestLimitExceeded", "LimitExceeded", "FailedOperation.TimeoutError"),
)
"""beginnings of codes that mean: not now"""


class SmsSender:
    """Sends notices by one carrier.

    Args:
        config: the account.
        http: a client of one's own, in tests.
        clock: Unix seconds.
    """

    def __init__(
        self,
        config: SmsConfig,
        http: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
        self._clock = clock
        self._by = {"aliyun": self._aliyun, "tencent": self._tencent}[config.provider]

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, letter: Letter) -> str:
        """Send a notice; returns the receipt: the carrier and its number.

        Raises:
            Refused: the carrier will never take it, or no template fits.
            NotNow: it cannot be reached, or has a limit now.
        """
        templates = self._config.templates
        template = templates.get(letter.event) or templates.get(ANY)
        if template is None:
            raise Refused(f"sms: there is no template for {letter.event}")
        return await self._by(letter, template)

    async def _aliyun(self, letter: Letter, template: Template) -> str:
        query = {
            "OutId": letter.id,
            "PhoneNumbers": letter.address,
            "SignName": self._config.sign,
            "TemplateCode": template.id,
            "TemplateParam": json.dumps(_filled(template, letter), ensure_ascii=False),
        }
        moment = datetime.fromtimestamp(self._clock(), UTC)
        headers = {
            "host": urlsplit(self._config.endpoint).netloc,
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        }
        key = (self._config.key_id, self._config.secret)
        headers["Authorization"] = signing.aliyun(*key, query, headers)
        url = f"{self._config.endpoint}/?{signing.canonical_query(query)}"
        answer = await self._answer(url, headers, b"")
        _ensure(str(answer.get("Code")), "OK")
        return f"aliyun {answer.get('BizId')}"

    async def _tencent(self, letter: Letter, template: Template) -> str:
        body = json.dumps(
            {
                "PhoneNumberSet": [_international(letter.address)],
                "SmsSdkAppId": self._config.app_id,
                "TemplateId": template.id,
                "SignName": self._config.sign,
                "TemplateParamSet": list(_filled(template, letter).values()),
                "SessionContext": letter.id,
            }
        ).encode()
        host, timestamp = urlsplit(self._config.endpoint).netloc, int(self._clock())
        key = (self._config.key_id, self._config.secret)
        headers = {
            "Content-Type": "application/json",
            "X-TC-Action": "SendSms",
            "X-TC-Version": "2021-01-11",
            "X-TC-Region": self._config.region,
            "X-TC-Timestamp": str(timestamp),
            "Authorization": signing.tencent(*key, host, body, timestamp),
        }
        answer = (await self._answer(self._config.endpoint, headers, body)).get("Response") or {}
        if error := answer.get("Error"):
            _ensure(str(error.get("Code")), "")
        sent = (answer.get("SendStatusSet") or [{}])[0]
        _ensure(str(sent.get("Code")), "Ok")
        return f"tencent {sent.get('SerialNo')}"

    async def _answer(self, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        try:
            answer = await self._http.post(url, headers=dict(headers), content=body)
            found = answer.json()
        except httpx.HTTPError as error:
            raise broken("sms", error) from None
        except ValueError:
            raise NotNow(f"sms: HTTP {answer.status_code} without JSON") from None
        if answer.status_code >= 500:
            raise NotNow(f"sms: HTTP {answer.status_code}")
        return found if isinstance(found, dict) else {}


def _ensure(code: str, right: str) -> None:
    """Raise what a code means, unless it is the right one."""
    if code == right:
        return
    kind = NotNow if code.startswith(_LATER) else Refused
    raise kind(f"sms: the carrier answered {code}")


def _filled(template: Template, letter: Letter) -> dict[str, str]:
    known = {
        "subject": letter.subject,
        "text": letter.text,
        "number": letter.number,
        "url": letter.url,
    }
    return {
        name: form.format_map(known)[: None if "{url}" in form else LONGEST_FIELD]
        for name, form in template.fields.items()
    }


def _international(phone: str) -> str:
    return phone if phone.startswith("+") else f"+86{phone.removeprefix('0')}"
