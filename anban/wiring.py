"""Wires the rooms together: from settings to configured parts. Nobody else builds them.

Rooms are imported where they are built, so that a process loads only what it is made of.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from anban.direct_sip import sip_config
from anban.doors import channels, mini_config
from anban.errors import Rejected, SettingsError
from anban.settings import ROOT, Settings

if TYPE_CHECKING:
    from backend.client import BackendClient, Spool
    from backend.config import (
        BackendConfig,
        DeskConfig,
        MqttConfig,
        SmtpConfig,
        TelephoneConfig,
    )
    from backend.domain.applications import Route
    from backend.domain.assessments import Questionnaire
    from backend.domain.ladder import Ladder, Ladders
    from backend.domain.quiet import QuietHours
    from bot.dialogue import Dialogue
    from bot.sentences import Sentences
    from voice.config import RecordingConfig, VoiceConfig

_SYSTEM_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
"""Where Debian's fonts-noto-cjk puts them."""
_MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}
TIMEZONE = ZoneInfo("Asia/Shanghai")


def clock() -> datetime:
    """Now, on the callers' wall."""
    return datetime.now(TIMEZONE)


def sentences() -> Sentences:
    """The sentences of domain.yml."""
    from bot.sentences import Sentences

    return Sentences(ROOT / "domain.yml")


def backend_client(settings: Settings) -> BackendClient:
    """The client of our own backend."""
    from backend.client import BackendClient

    return BackendClient(settings.backend_url, settings.service_token)


def dialogue(settings: Settings) -> Dialogue:
    """The mind, as every channel uses it."""
    from backend.client import AlarmLine
    from bot.dialogue import Dialogue
    from bot.rasa import RasaClient

    rasa = RasaClient(settings.rasa_url, settings.rasa_token)
    backend = backend_client(settings)
    alarms = AlarmLine(backend, spool(settings))
    transfers = settings.emergency_to is not None
    return Dialogue(
        rasa,
        backend,
        sentences(),
        clock,
        alarms,
        transfers=transfers,
        recordings=settings.record_calls,
    )


def spool(settings: Settings) -> Spool:
    """Where cries for help wait that the backend has not taken yet."""
    from backend.client import Spool

    return Spool(settings.data / "spool", settings.keys)


def backend_config(settings: Settings, database_url: str) -> BackendConfig:
    """The backend's view of the settings."""
    from backend.config import BackendConfig

    return BackendConfig(
        database_url=database_url,
        service_token=settings.service_token,
        encryption_keys=settings.keys,
        index_key=settings.index_key,
        public_url=settings.public_url or settings.backend_url,
        smtp=_smtp(settings),
        telephone=_telephone(settings),
        webhook_secret=settings.webhook_secret,
        pass_secret=settings.session_secret,
        hotline=settings.hotline,
        templates={event: one.id for event, one in mini_config(settings).templates.items()},
        test_clock=settings.test_clock,
        ladders=ladders(settings.ladder),
        quiet_hours=_quiet_hours(settings.quiet_hours),
        more_channels=channels(settings),
        locality=settings.locality,
        routes=routes(ROOT / "localities"),
        form_font=form_font(settings),
        questionnaire=questionnaire(ROOT / "localities"),
    )


def form_font(settings: Settings) -> Path | None:
    """The Chinese font for printed forms: what was fetched, else the system's; None: neither."""
    fetched = settings.models_dir / "form-font" / "regular.ttf"
    return next((one for one in (fetched, *_SYSTEM_FONTS) if one.is_file()), None)


def _quiet_hours(text: str) -> QuietHours | None:
    from backend.domain.quiet import quiet_hours

    try:
        return quiet_hours(text)
    except Rejected as error:
        raise SettingsError(f"ANBAN_QUIET_HOURS: {error}") from None


def routes(folder: Path) -> tuple[Route, ...]:
    """How one applies, of every locality.

    Raises:
        SettingsError: names the file and what is wrong.
    """
    from backend.domain.applications import routes as read
    from bot.first_aid import Citation

    areas = {row.get("locality"): row for row in _toml(folder / "areas.toml").get("area", ())}
    found: list[Route] = []
    for path in sorted(folder.glob("*/applications.toml")):
        data = _toml(path)
        area = areas.get(data.get("locality"), {})
        facts = path.with_name("facts.toml")
        title = _toml(facts)["document"]["title"] if facts.exists() else ""
        for route in read(data, str(path), area.get("names", ()), area.get("others", ())):
            cited = Citation(title, None, route.section).id if title and route.section else ""
            found.append(replace(route, cited=cited))
    return tuple(found)


def questionnaire(folder: Path) -> Questionnaire:
    """What is asked about an old person's daily life.

    Raises:
        SettingsError: names the file and what is wrong.
    """
    from backend.domain.assessments import questionnaire as read

    path = folder / "assessment.toml"
    return read(_toml(path), str(path))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from None


def ladders(file: Path) -> Ladders:
    """The ladder of a file, and those of the counties whose folders lie beside it.

    Raises:
        SettingsError: a file is missing or is no ladder; names it.
    """
    from backend.domain.ladder import Ladders

    own = dict(_ladder(county) for county in sorted(file.parent.glob("*/ladder.toml")))
    return Ladders(_ladder(file)[1], own)


def _ladder(file: Path) -> tuple[str, Ladder]:
    from backend.domain.ladder import ladder_of

    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        return str(data.get("area", "")), ladder_of(data)
    except (OSError, tomllib.TOMLDecodeError, SettingsError) as error:
        raise SettingsError(f"{file}: {error}") from None


def _smtp(settings: Settings) -> SmtpConfig | None:
    from backend.config import SmtpConfig

    if not settings.smtp_host:
        return None
    return SmtpConfig(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        username=settings.smtp_username,
        password=settings.smtp_password,
        tls=settings.smtp_tls,
    )


def _telephone(settings: Settings) -> TelephoneConfig | None:
    """What calls out: the exchange, or voice itself where there is a trunk.

    Raises:
        SettingsError: ANBAN_ARI_URL is no address with a user, or ANBAN_CALL_HOURS are no hours.
    """
    from backend.config import TelephoneConfig
    from backend.domain.call_outs import CallRules

    if not settings.ari_url and not settings.sip_trunk:
        return None
    url = urlsplit(settings.ari_url or "")
    whole = url.scheme in ("http", "https") and url.hostname and url.username
    if settings.ari_url and not whole:
        raise SettingsError("ANBAN_ARI_URL: write http://user:password@host:8088")
    try:
        start, end = (time.fromisoformat(part) for part in settings.call_hours.split("-"))
    except ValueError:
        raise SettingsError("ANBAN_CALL_HOURS: write 08:00-21:00") from None
    return TelephoneConfig(
        ari_url=f"{url.scheme}://{url.netloc.rpartition('@')[2]}" if settings.ari_url else "",
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        voice_url=settings.voice_url,
        rules=CallRules(start, end),
    )


def desk_config(settings: Settings) -> DeskConfig:
    """The desk's view of the settings."""
    from backend.config import DeskConfig

    return DeskConfig(
        session_secret=settings.session_secret,
        secure_cookie=(settings.public_url or "").startswith("https:"),
    )


def mqtt_config(settings: Settings) -> MqttConfig:
    """The broker the devices report to.

    Raises:
        SettingsError: ANBAN_MQTT_URL is not set, or is no broker's address.
    """
    from backend.config import MqttConfig

    try:
        url = urlsplit(settings.mqtt_url or "")
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme not in _MQTT_PORTS or not url.hostname:
        raise SettingsError("ANBAN_MQTT_URL: write mqtt://host:1883 or mqtts://user:password@host")
    return MqttConfig(
        host=url.hostname,
        port=port or _MQTT_PORTS[url.scheme],
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        tls=url.scheme == "mqtts",
        ca_file=str(settings.mqtt_ca) if settings.mqtt_ca else None,
    )


def recording_config(settings: Settings) -> RecordingConfig:
    """Where calls are kept, and for how long."""
    from voice.config import RecordingConfig

    folder, days = settings.data / "calls", settings.recording_days
    return RecordingConfig(folder, settings.keys, days, on=settings.record_calls)


def voice_config(settings: Settings) -> VoiceConfig:
    """The voice process's view of the settings."""
    from voice.config import AsrConfig, SessionConfig, TtsConfig, VoiceConfig

    return VoiceConfig(
        session=SessionConfig(
            asr=AsrConfig(
                models_dir=settings.models_dir,
                engine=settings.asr_engine,
                fallbacks=tuple(name for name in settings.asr_fallbacks.split(",") if name),
                quick_engine=settings.asr_quick_engine,
                remote_url=settings.asr_url,
                guesses=settings.asr_guesses,
            ),
            tts=TtsConfig(
                models_dir=settings.models_dir,
                cache_dir=settings.speech_folder,
                engines=("edge", "kokoro") if settings.edge_tts else ("kokoro",),
                allow_network=settings.edge_tts,
                voice=settings.voice,
                edge_voice=settings.edge_voice,
                rate=settings.speech_rate,
            ),
            transfer_to=settings.transfer_to,
            emergency_to=settings.emergency_to,
        ),
        token=settings.service_token,
        http_port=settings.voice_port,
        sip=sip_config(settings),
        audiosocket_host=settings.audiosocket_host,
        audiosocket_port=settings.audiosocket_port,
        recording=recording_config(settings),
        test_clock=settings.test_clock,
    )
