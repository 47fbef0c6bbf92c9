"""The exchange's own sentences: listed once, all used, made as files that Asterisk plays."""

import io
import re
import wave

import pytest

from anban import asterisk, sounds
from anban.errors import SpeechError
from voice.audio import PHONE_RATE, silence

pytestmark = pytest.mark.unit
CONFIGURATION = {file.name: file.read_text() for file in asterisk.CONFIGURATION.glob("*.conf")}


def played() -> set[str]:
    """Every sound that the hotline's files name."""
    return set(re.findall(r"(?<!WebSocket/)\banban/[a-z-]+", "\n".join(CONFIGURATION.values())))


def test_what_the_exchange_plays_is_listed_and_what_is_listed_is_played():
    listed = {name for name in sounds.sentences() if name.startswith("anban/")}
    assert played() == listed | {sounds.RINGING}


def test_the_place_in_the_queue_can_be_said_up_to_ninety_nine():
    names = set(sounds.sentences())
    wanted = {*range(1, 11), *range(20, 100, 10)}
    assert {f"digits/{number}" for number in wanted} <= names


@pytest.mark.parametrize("text", sounds.sentences().values())
def test_each_sentence_is_short(text):
    assert 0 < len(text) <= 20


async def test_each_is_written_as_asterisk_reads_it(tmp_path):
    async def speak(text):
        return silence(0.1 * len(text))

    files = await sounds.write(tmp_path, speak)
    assert len(files) == len(sounds.sentences()) + 1
    assert {str(file.relative_to(tmp_path / "zh").with_suffix("")) for file in files} == {
        *sounds.sentences(),
        sounds.RINGING,
    }
    for file in files:
        with wave.open(io.BytesIO(file.read_bytes())) as read:
            form = (read.getframerate(), read.getnchannels(), read.getsampwidth())
            assert form == (PHONE_RATE, 1, 2)
            assert read.getnframes() > 0


async def test_a_voice_that_fails_leaves_no_half_of_them(tmp_path):
    async def speak(text):
        raise SpeechError("no voice")

    with pytest.raises(SpeechError):
        await sounds.write(tmp_path, speak)
    assert list(tmp_path.iterdir()) == []
