"""Calls are kept only of callers who agreed and know it, sealed, and not for ever."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from cryptography.fernet import Fernet

from anban.errors import SettingsError
from bot.sentences import Reply
from tests.unit.voice.fakes import (
    SENTENCES,
    FakeLeg,
    FakeMind,
    FakeRecognizer,
    FakeSpeaker,
    LoudnessVad,
)
from tests.unit.voice.test_session import CONFIG
from voice.config import RecordingConfig
from voice.hearing import Ears
from voice.recording import Archive, KeptCall, SaidLine, prune
from voice.session import CallSession

pytestmark = pytest.mark.unit
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
ANNOUNCED = Reply("这次通话会录音。", record=True)
CALL = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def archive(tmp_path):
    return Archive(RecordingConfig(tmp_path, (Fernet.generate_key().decode(),), days=90))


async def called(archive, *greeting, heard="明天打扫", answer=None, speak_at_once=False):
    """A call of one turn, hung up behind the answer."""
    leg, mind = FakeLeg(), FakeMind()
    mind.greeting = greeting
    mind.answers[heard] = [answer] if answer else [Reply("好的。")]
    session = CallSession(
        leg, mind, Ears(FakeRecognizer(heard)), FakeSpeaker(), SENTENCES.__getitem__, CONFIG,
        vad=LoudnessVad(), recorder=archive.recorder(CALL),
    )  # fmt: skip
    task = asyncio.create_task(session.run())
    await leg.settle()
    if not speak_at_once:
        await leg.until_quiet()
        await leg.speak(0.6)
        await leg.pass_time(1.5)
        await leg.until_quiet()
    leg.close("hangup")
    await asyncio.wait_for(task, 5)


async def test_a_caller_who_agreed_is_recorded_from_the_announcement_on(archive, tmp_path):
    await called(archive, ANNOUNCED)
    kept = archive.read(CALL)
    assert [(line.who, line.text) for line in kept.lines] == [
        ("caller", "明天打扫"),
        ("anban", "好的。"),
    ]
    assert len(kept.caller) == len(kept.anban) > 8000
    assert np.abs(kept.caller).max() > 7000
    assert np.abs(kept.anban).max() > 2000
    sealed = next(tmp_path.glob("*/*.call"))
    assert "明天".encode() not in sealed.read_bytes()
    assert sealed.stat().st_mode & 0o077 == 0


async def test_who_has_not_agreed_is_not_recorded(archive):
    await called(archive, Reply("您好。"))
    assert list(archive.calls()) == []


async def test_who_hangs_up_before_the_announcement_was_heard_is_not_recorded(archive):
    await called(archive, ANNOUNCED, speak_at_once=True)
    assert list(archive.calls()) == []


async def test_a_refusal_deletes_what_there_is_and_ends_the_recording(archive):
    refusal = Reply("好的，不录音。", record=False)
    await called(archive, ANNOUNCED, heard="不要录音", answer=refusal)
    assert list(archive.calls()) == []


def kept(archive, began, call_id=CALL):
    sound = np.arange(800, dtype=np.int16)
    archive.write(KeptCall(call_id, began, (SaidLine(0.1, "caller", "喂"),), sound, sound))


def test_recordings_go_when_their_time_is_over(archive, tmp_path):
    kept(archive, NOW - timedelta(days=92), "old")
    kept(archive, NOW - timedelta(days=89), "new")
    assert archive.prune(NOW) == 1
    assert list(archive.calls()) == ["new"]
    assert archive.prune(NOW) == 0


def test_a_folder_that_cannot_be_deleted_keeps_no_other(archive, tmp_path):
    (tmp_path / "2020-01-01" / "not-a-file").mkdir(parents=True)
    (tmp_path / "2020-01-02").write_text("no folder")
    kept(archive, NOW - timedelta(days=100))
    assert archive.prune(NOW) == 1
    assert list(archive.calls()) == []


def test_what_was_kept_is_deleted_in_time_when_recording_is_off_too(archive, tmp_path):
    kept(archive, NOW - timedelta(days=100))
    assert prune(tmp_path, 90, NOW) == 1


def test_another_key_opens_nothing_and_says_so(archive, tmp_path):
    kept(archive, NOW)
    other = Archive(RecordingConfig(tmp_path, (Fernet.generate_key().decode(),)))
    with pytest.raises(SettingsError, match="another key"):
        other.read(CALL)


@pytest.mark.parametrize("call_id", ["nobody", "../../etc/passwd", "*"])
def test_a_call_that_was_not_kept_is_a_clear_error(archive, call_id):
    with pytest.raises(SettingsError, match="no recording"):
        archive.read(call_id)


@pytest.mark.parametrize("keys", [(), ("short",)])
def test_without_a_key_nothing_is_recorded(tmp_path, keys):
    with pytest.raises(SettingsError, match="ANBAN_ENCRYPTION_KEYS"):
        Archive(RecordingConfig(tmp_path, keys))


def test_a_disk_that_refuses_ends_no_call(archive, tmp_path):
    (tmp_path / "2026-03-04").write_text("in the way")
    kept(archive, NOW)
    assert archive.calls() == []
