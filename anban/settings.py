"""Settings: everything Anban can be told from outside, in one place.

They come from the environment with the prefix ``ANBAN_``, or from ``.env`` in the checkout;
``anban doctor`` says which are missing. Rooms get frozen configuration values made of them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from anban.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

ENV_FILE = ROOT / ".env"


def _data_folder() -> Path:
    """Root's data lies under /var/lib: the database server opens up the folders above its own."""
    if os.geteuid() == 0:
        return Path("/var/lib/anban")
    return Path.home() / ".local" / "share" / "anban"


class Settings(BaseSettings):
    """All settings with their defaults; docs/running.md has the same table."""

    model_config = SettingsConfigDict(
        env_prefix="ANBAN_", env_file=ENV_FILE, extra="ignore", populate_by_name=True
    )

    data: Path = Field(
        default_factory=_data_folder, description="data folder: database, logs, caches"
    )
    models_dir: Path = Field(
        default_factory=lambda: Path.home() / ".cache" / "anban" / "models",
        description="model weights",
    )
    speech_dir: Path | None = Field(
        None, description="cache of spoken sentences; without it `speech` in the data folder"
    )
    host: str = Field("127.0.0.1", description="address the backend listens on")
    backend_port: int = Field(8000, description="backend: REST, pages, webhooks")
    voice_port: int = Field(8090, description="voice: HTTP and WebSocket legs")
    audiosocket_port: int = Field(9092, description="voice: AudioSocket for a PBX")
    sip_listen: str = Field(
        "lan",
        description="voice: where direct SIP calls are taken: lan (port 5060 of this machine's "
        "private address), host:port, or off",
    )
    sip_trust_numbers: bool = Field(
        False, description="believe the number a direct SIP call shows (behind your own exchange)"
    )
    sip_trunk: str = Field(
        "",
        description="who takes calls of ours where there is no exchange: sip:user:password@host "
        "(registered) or sip:number@host",
    )
    sip_agents: str = Field(
        "", description="numbers of people rung for a promised call over it, separated by commas"
    )
    audiosocket_host: str = Field("127.0.0.1", description="address AudioSocket listens on")
    rasa_port: int = Field(5005, description="Rasa, loopback only")
    actions_port: int = Field(5055, description="action server, loopback only")
    inbox_port: int = Field(8077, description="built-in receiver of notices (demo, rehearsal)")

    database_url: str | None = Field(
        None,
        validation_alias=AliasChoices("ANBAN_DATABASE_URL", "DATABASE_URL"),
        description="a PostgreSQL server; without it an embedded one is started",
    )
    service_token: str = Field("", description="bearer token of the service API")
    cloud_token: str = Field(
        "", description="API key of clouds that speak with us in text, and signs their callbacks"
    )
    rasa_token: str = Field("", description="token between the dialogue and Rasa")
    encryption_keys: str = Field(
        "", description="Fernet keys of personal columns, newest first, separated by commas"
    )
    index_key: str = Field("", description="key of the blind index over phone numbers")
    webhook_secret: str = Field("", description="signs the notices sent to webhooks")
    session_secret: str = Field("", description="signs the browser's session")

    public_url: str | None = Field(None, description="address people reach the backend at")
    smtp_host: str | None = Field(None, description="mail server for notices")
    smtp_port: int = Field(587, description="its port")
    smtp_from: str = Field("", description="sender address")
    smtp_username: str | None = Field(None, description="its user")
    smtp_password: str | None = Field(None, description="its password")
    smtp_tls: str = Field("starttls", description="none, starttls or tls")

    wechat_app_id: str = Field("", description="app id of the WeChat official account")
    wechat_secret: str = Field("", description="its secret")
    wechat_token: str = Field("", description="signs what WeChat pushes to /wechat")
    wechat_aes_key: str = Field(
        "", description="its EncodingAESKey; with it only encrypted messages are taken"
    )
    wechat_api: str = Field(
        "https://api.weixin.qq.com", description="WeChat's API, or a relay with a fixed address"
    )
    wechat_templates: Path | None = Field(
        None, description="file of the account's message templates, one table an event"
    )
    mini_app_id: str = Field("", description="app id of the WeChat mini-program")
    mini_secret: str = Field("", description="its secret")
    mini_token: str = Field("", description="signs what WeChat pushes to /wechat/mini")
    mini_aes_key: str = Field(
        "", description="its EncodingAESKey; with it only encrypted pushes are taken"
    )
    mini_templates: Path | None = Field(
        None, description="file of its subscription messages, one table an event"
    )
    mini_page: Path = Field(
        ROOT / "miniprogram" / "dist" / "build" / "h5",
        description="the mini-program as a page, built; served at /",
    )
    hotline: str = Field("12349", description="number elders dial for a person")
    telegram_token: str = Field("", description="token of the Telegram bot; without it none")
    telegram_api: str = Field("https://api.telegram.org", description="Telegram's API, or a relay")

    sms_provider: str = Field("", description="aliyun or tencent; without it no text messages")
    sms_key_id: str = Field("", description="its AccessKey or SecretId")
    sms_secret: str = Field("", description="the secret of that key")
    sms_sign: str = Field("", description="the approved signature of text messages")
    sms_app_id: str = Field("", description="Tencent's SmsSdkAppId")
    sms_api: str = Field("", description="another address of the carrier")
    sms_templates: Path | None = Field(
        None, description="file of the approved templates, one table an event, or `any`"
    )
    quiet_hours: str = Field(
        "22:00-07:00", description="when nobody's telephone rings but in an emergency; may be empty"
    )

    mqtt_url: str | None = Field(
        None, description="broker of the devices, for example mqtts://user:password@host:8883"
    )
    mqtt_ca: Path | None = Field(None, description="authority that signed its certificate")

    ari_url: str | None = Field(
        None, description="the exchange that calls out: http://user:password@host:8088 (ARI)"
    )
    call_hours: str = Field("08:00-21:00", description="when people in no danger may be called")
    debian_mirror: str = Field(
        "", description="where `make hotline` gets Asterisk from; empty: where apt gets packages"
    )

    asr_engine: str = Field("whisper", description="whisper, vosk, sherpa, remote, hosted:<name>")
    asr_fallbacks: str = Field("", description="engines that follow it, separated by commas")
    asr_quick_engine: str = Field("", description="engine of partial texts, where another one")
    asr_url: str = Field("", description="server of engine remote, ws:// or wss://")
    asr_guesses: bool = Field(
        True, description="recognise before the end of a turn, while there is room for it"
    )
    voice: str = Field("zm_yunxi", description="Kokoro voice")
    edge_tts: bool = Field(False, description="let sentences go to Microsoft's speech service")
    edge_voice: str = Field("zh-CN-XiaoxiaoNeural", description="its voice")
    speech_rate: float = Field(0.85, description="speaking rate; 1.0 is the voice's own")
    transfer_to: str | None = Field(None, description="where the PBX takes who wants a person")
    emergency_to: str | None = Field(
        None, description="where the PBX takes a caller in danger, where the hotline may"
    )

    record_calls: bool = Field(
        False, description="record calls of elders who agreed (`recording_consent`), sealed"
    )
    recording_days: int = Field(90, ge=1, description="recordings are deleted after so many days")

    demo: bool = Field(False, description="load the invented county and its inbox")
    test_clock: bool = Field(False, description="believe the clock a conversation brings along")
    locality: str = Field("", description="default locality")
    shared: Path = Field(
        ROOT.parent / "shared",
        description="folder whose `policies` hold the documents that facts are checked against",
    )
    ladder: Path = Field(
        ROOT / "localities" / "ladder.toml",
        description="who is told of an emergency, and when",
    )

    @classmethod
    def settings_names(cls) -> list[str]:
        """Environment names of all settings, for documentation and tests."""
        return [f"ANBAN_{name.upper()}" for name in cls.model_fields]

    @property
    def keys(self) -> tuple[str, ...]:
        """The encryption keys."""
        return tuple(key.strip() for key in self.encryption_keys.split(",") if key.strip())

    @property
    def speech_folder(self) -> Path:
        """Where spoken sentences are kept."""
        return self.speech_dir or self.data / "speech"

    @property
    def backend_url(self) -> str:
        """Where our own processes reach the backend."""
        return f"http://{_reachable(self.host)}:{self.backend_port}"

    @property
    def voice_url(self) -> str:
        """Where our own processes reach voice."""
        return f"http://127.0.0.1:{self.voice_port}"

    @property
    def rasa_url(self) -> str:
        """Where the dialogue reaches Rasa."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where Rasa reaches the action server."""
        return f"http://127.0.0.1:{self.actions_port}/webhook"

    @property
    def inbox_url(self) -> str:
        """Where demo families' notices arrive."""
        return f"http://127.0.0.1:{self.inbox_port}/notices"


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104


_SECRETS = (
    "service_token",
    "cloud_token",
    "rasa_token",
    "index_key",
    "webhook_secret",
    "session_secret",
)


def load() -> Settings:
    """Reads the settings.

    Raises:
        SettingsError: a value cannot be used; names it and says what would be right.
    """
    try:
        return Settings()
    except ValidationError as error:
        found = error.errors()[0]
        name = "ANBAN_" + str(found["loc"][0]).upper().removeprefix("ANBAN_")
        raise SettingsError(f"{name}: {found['msg']}") from None


def missing_secrets(settings: Settings) -> list[str]:
    """Environment names of secrets that have no value."""
    lacking = [f"ANBAN_{name.upper()}" for name in _SECRETS if not getattr(settings, name)]
    return lacking + ([] if settings.keys else ["ANBAN_ENCRYPTION_KEYS"])


def write_secrets(settings: Settings, path: Path = ENV_FILE) -> list[str]:
    """Writes random values for missing secrets to ``.env``, readable by its owner alone.

    What stands in the file stays as it is: a lost encryption key is lost data.

    Returns:
        The names that were written.
    """
    lacking = missing_secrets(settings)
    if not lacking:
        return []
    old = path.read_text() if path.exists() else ""
    lines = [] if not old or old.endswith("\n") else [""]
    for name in lacking:
        value = (
            Fernet.generate_key().decode() if "ENCRYPTION" in name else secrets.token_urlsafe(32)
        )
        lines.append(f"{name}={value}")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write("\n".join(lines) + "\n")
    return lacking
