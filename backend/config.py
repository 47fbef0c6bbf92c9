"""What the backend is told about its surroundings; it reads no environment itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from backend.domain.applications import Route
from backend.domain.assessments import Questionnaire
from backend.domain.call_outs import CallRules
from backend.domain.handoffs import WorkingHours
from backend.domain.ladder import Ladders
from backend.domain.quiet import QuietHours


@dataclass(frozen=True)
class SmtpConfig:
    """The mail server that notices go out by."""

    host: str
    port: int
    sender: str
    """the From address"""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: str = "none"
    """none, starttls or tls"""
    timeout: float = 10.0
    """seconds"""


@dataclass(frozen=True)
class MqttConfig:
    """The MQTT broker that devices report to."""

    host: str
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: str | None = None
    """the authority that signed the broker's certificate; None believes the system's"""


@dataclass(frozen=True)
class DeskConfig:
    """What the agents' desk needs to know."""

    session_secret: str = field(repr=False)
    """signs the session cookie"""
    secure_cookie: bool = False
    """whether the cookie is for HTTPS only"""
    session_lifetime: timedelta = timedelta(hours=12)
    """a shift; after it one logs in again"""
    login_limit: str = "5/minute"
    """wrong passwords for one login name"""
    address_limit: str = "30/minute"
    """wrong passwords from one address, behind which a whole desk may sit"""


@dataclass(frozen=True)
class TelephoneConfig:
    """What calls out for us, and who leads the calls."""

    ari_url: str
    """the exchange (Asterisk's REST interface), for example http://127.0.0.1:8088; empty: there is
    none, and voice places calls itself"""
    username: str
    password: str = field(repr=False)
    voice_url: str
    """our voice process, which speaks"""
    rules: CallRules = field(default_factory=CallRules)


@dataclass(frozen=True)
class BackendConfig:
    """Everything the API and the worker need to know."""

    database_url: str = field(repr=False)
    """postgresql://…; SQLAlchemy's postgresql+psycopg:// is understood too"""
    service_token: str = field(repr=False)
    """the bearer token of our own processes and of a city's platform"""
    encryption_keys: tuple[str, ...] = field(repr=False)
    """Fernet keys, the newest first; older ones only decrypt"""
    index_key: str = field(repr=False)
    """key of the blind index over phones and names; changing it needs a re-index"""
    public_url: str = "http://127.0.0.1:8000"
    """the address people and providers reach us at"""
    smtp: SmtpConfig | None = None
    telephone: TelephoneConfig | None = None
    webhook_secret: str = field(default="", repr=False)
    """signs what webhooks receive"""
    pass_secret: str = field(default="", repr=False)
    """signs the passes of the mini-program and its page; empty: there are none"""
    hotline: str = "12349"
    """the number one dials for a person"""
    templates: Mapping[str, str] = field(default_factory=dict)
    """ids of the mini-program's subscription messages, by event"""
    test_clock: bool = False
    """whether X-Anban-Now is honoured"""
    possible_wait: timedelta = timedelta(seconds=45)
    """how long a possible emergency may stay unconfirmed before the family is told all the same"""
    delivery_attempts: int = 8
    """tries to deliver an ordinary notice before it counts as failed"""
    delivery_backoff: int = 3
    """seconds to the power of the try between two tries: 3, 9, 27 …"""
    alarm_attempts: int = 120
    """tries to deliver an emergency's notice"""
    alarm_wait: int = 5
    """seconds between two of those"""
    ladders: Ladders = field(default_factory=Ladders)
    """who is told of an emergency, when, and how loud"""
    link_lifetime: timedelta = timedelta(hours=12)
    """how long a link that acknowledges an emergency can be used"""
    working_hours: WorkingHours = field(default_factory=WorkingHours)
    pool_size: int = 10
    """database connections kept open"""
    connect_timeout: int = 2
    """seconds until the database counts as down"""

    quiet_hours: QuietHours | None = None
    """when nobody's telephone rings for anything but an emergency"""
    locality: str = ""
    """the place of elders of whom none is registered"""
    questionnaire: Questionnaire | None = None
    """what is asked about an old person's daily life"""
    routes: tuple[Route, ...] = ()
    """how one applies for what the government pays"""
    form_font: Path | None = None
    """the Chinese font that printed forms embed; None: there are no such files"""

    more_channels: frozenset[str] = frozenset()
    """contact channels whose senders the command brings along"""

    @property
    def channels(self) -> frozenset[str]:
        """The contact channels that a sender exists for here."""
        by_mail = {"email"} if self.smtp else set()
        by_phone = {"voice_call"} if self.telephone else set()
        return frozenset({"webhook", "desk"} | by_mail | by_phone) | self.more_channels
