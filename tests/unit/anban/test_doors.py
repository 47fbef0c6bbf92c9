"""Only whole settings switch a channel on; what is missing is named."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anban import doors, wiring
from anban.errors import NotNow, Refused, SettingsError, Unavailable
from anban.settings import Settings
from backend.notices.ports import Message
from channels.ports import Letter

pytestmark = pytest.mark.unit


def settings(**values: object) -> Settings:
    return Settings().model_copy(update={"session_secret": "session", **values})


WECHAT = {"wechat_app_id": "wx1", "wechat_secret": "s", "wechat_token": "t"}
SMS = {"sms_provider": "aliyun", "sms_key_id": "k", "sms_secret": "s", "sms_sign": "安伴"}


def test_without_settings_no_channel_is_on() -> None:
    off = settings()
    assert doors.wechat_config(off) is None
    assert doors.telegram_config(off) is None
    assert doors.sms_config(off) is None
    assert doors.channels(off) == {"staff"}


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ANBAN_WECHAT_TOKEN"):
        doors.wechat_config(settings(**{**WECHAT, "wechat_token": ""}))
    with pytest.raises(SettingsError, match="43 characters"):
        doors.wechat_config(settings(**WECHAT, wechat_aes_key="short"))
    with pytest.raises(SettingsError, match="aliyun or tencent"):
        doors.sms_config(settings(sms_provider="pigeon"))
    with pytest.raises(SettingsError, match="ANBAN_SMS_TEMPLATES"):
        doors.sms_config(settings(**SMS))


@pytest.mark.parametrize(
    "text", ["[order_booked]\nid='x'", "order_booked = 1", "[a]\nid='x'\nkind='k'\nfields={}", "="]
)
def test_a_file_of_templates_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "templates.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"templates\.toml"):
        doors.templates(file)


@pytest.mark.parametrize(
    "fields", ["{a = '{elder}'}", "{a = '{'}", "{a = '{}'}", "{a = 1}", "'x'", "{a = '{at:%Y}'}"]
)
def test_a_template_that_could_not_be_filled_is_refused_at_the_start(
    tmp_path: Path, fields: str
) -> None:
    file = tmp_path / "templates.toml"
    file.write_text(f"[any]\nid = 'x'\nkind = 'template'\nfields = {fields}", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[any\] fields are texts with \{subject\}"):
        doors.templates(file)


@dataclass
class BrokenSender:
    """Raises what it is given."""

    trouble: Exception

    async def send(self, letter: Letter) -> str:
        raise self.trouble


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Unavailable("the database is away"), NotNow),
        (KeyError("elder"), NotNow),
        (ValueError("no JSON"), NotNow),
        (NotNow("busy"), NotNow),
        (Refused("blocked"), Refused),
    ],
)
async def test_whatever_breaks_a_sender_is_tried_again_unless_it_is_refused(
    trouble: Exception, kind: type[Exception]
) -> None:
    message = Message("1", "order_booked", "openid", "s", "t", datetime.now(UTC), {}, False)
    with pytest.raises(kind):
        await doors._Posted(BrokenSender(trouble)).send(message)


def test_a_file_of_templates_is_read(tmp_path: Path) -> None:
    file = tmp_path / "templates.toml"
    file.write_text("[any]\nid = 'SMS_1'\nfields = {text = '{subject}'}", encoding="utf-8")
    config = doors.sms_config(settings(**SMS, sms_templates=file))
    assert config is not None
    assert config.templates["any"].fields == {"text": "{subject}"}
    assert config.endpoint == "https://dysmsapi.aliyuncs.com"


def test_secrets_do_not_show() -> None:
    config = doors.telegram_config(settings(telegram_token="123:abc"))
    assert config is not None
    assert "abc" not in repr(config)
    assert config.secret not in repr(config)


def test_quiet_hours_that_are_none_are_named() -> None:
    with pytest.raises(SettingsError, match="ANBAN_QUIET_HOURS"):
        wiring.backend_config(settings(quiet_hours="night"), "postgresql://x/y")
