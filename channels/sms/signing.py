"""The signatures of Aliyun (ACS3-HMAC-SHA256) and Tencent Cloud (TC3-HMAC-SHA256).

Both carriers' own packages need a dozen others and block while they send; what is needed of them is
one signed request. The tests compare with requests that those packages made.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote


def aliyun(key_id: str, secret: str, query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return the Authorization header of a POST without a body.

    Args:
        key_id: the AccessKey's id.
        secret: its secret.
        query: the parameters.
        headers: all headers that are signed, with lower-case names.
    """
    names = sorted(headers)
    canonical = "\n".join(
        [
            "POST",
            "/",
            canonical_query(query),
            *(f"{name}:{headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            headers["x-acs-content-sha256"],
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    told = f"ACS3-HMAC-SHA256\n{digest}"
    signature = hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()
    signed = ";".join(names)
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={signed},Signature={signature}"


def canonical_query(query: Mapping[str, str]) -> str:
    """Return the parameters sorted and percent-encoded (RFC 3986)."""
    return "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(query.items()))


def tencent(key_id: str, secret: str, host: str, body: bytes, timestamp: int) -> str:
    """Return the Authorization header of a POST of JSON to the service `sms`.

    Args:
        key_id: the SecretId.
        secret: the SecretKey.
        host: of the request.
        body: of the request.
        timestamp: Unix seconds, as in X-TC-Timestamp.
    """
    day = datetime.fromtimestamp(timestamp, UTC).date().isoformat()
    scope = f"{day}/sms/tc3_request"
    canonical = "\n".join(
        [
            "POST",
            "/",
            "",
            "content-type:application/json",
            f"host:{host}",
            "",
            "content-type;host",
            hashlib.sha256(body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    told = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{digest}"
    key = f"TC3{secret}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
    return (
        f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, "
        f"SignedHeaders=content-type;host, Signature={signature}"
    )
