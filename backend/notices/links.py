"""Links that acknowledge an emergency: signed, expiring, one for each notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from anban.errors import NotFound
from backend.config import BackendConfig

_SALT = "acknowledge"


@dataclass(frozen=True)
class Links:
    """Makes and reads the links.

    Attributes:
        public_url: the address people reach us at.
        secret: what they are signed with.
        lifetime: how long they can be used.
    """

    public_url: str
    secret: str
    lifetime: timedelta

    def url(self, notice_id: str) -> str:
        """Return the link for who is told by a notice; whoever opens it acts as that contact."""
        return f"{self.public_url.rstrip('/')}/a/{self._serializer().dumps(notice_id)}"

    def notice_id(self, token: str) -> str:
        """Return which notice a link was made for.

        Raises:
            NotFound: it was not made here, or has expired.
        """
        try:
            found = self._serializer().loads(token, max_age=int(self.lifetime.total_seconds()))
        except SignatureExpired as error:
            raise NotFound("这个链接已经过期了") from error
        except BadSignature as error:
            raise NotFound("这个链接不对") from error
        return str(found)

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt=_SALT)


def links_of(config: BackendConfig) -> Links:
    """Return the links of an installation; the service token signs them, under a salt."""
    return Links(config.public_url, config.service_token, config.link_lifetime)
