"""Reading recordings, companding, loudness, the telephone band."""

import io
import wave

import av
import numpy as np
import pytest

from anban.errors import UnreadableAudio
from voice import audio

pytestmark = pytest.mark.unit


def test_the_silence_before_a_sentence_is_left_out_but_not_its_soft_beginning():
    soft, loud = np.full(160, 60, np.int16), np.full(800, 9000, np.int16)
    sound = np.concatenate([np.zeros(1600, np.int16), soft, loud, np.zeros(400, np.int16)])
    assert np.array_equal(audio.without_lead(sound), sound[1600 + 160 - 240 :])
    assert np.array_equal(audio.without_lead(sound[:1600]), sound[:1600])


def tone(hz, seconds=1.0, rate=16_000, level=0.3):
    return (level * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype("f4")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"this is a letter, not a sound" * 50, "no audio"),
        (audio.wav_bytes(np.zeros(0, np.int16), 8000), "no sound"),
        (audio.wav_bytes(np.zeros(8000, np.int16), 8000)[:20], "no audio"),
    ],
    ids=["empty", "text", "zero length", "broken header"],
)
def test_what_is_no_recording_is_refused_with_the_reason(data, why):
    with pytest.raises(UnreadableAudio, match=why):
        audio.read_audio(data)


def test_a_truncated_recording_gives_what_is_left_of_it():
    whole = audio.wav_bytes(audio.to_int16(tone(400)), 16_000)
    assert 4000 < len(audio.read_audio(whole[: len(whole) // 2])) < 9000


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16_000, 1), (44_100, 2), (48_000, 1)])
def test_any_rate_and_channel_count_comes_out_mono_at_the_rate_asked_for(rate, channels):
    sound = audio.to_int16(tone(400, rate=rate))
    data = audio.wav_bytes(np.repeat(sound[:, None], channels, axis=1), rate, channels)
    assert len(audio.read_audio(data, 16_000)) == pytest.approx(16_000, abs=40)


def test_eight_bit_and_other_containers_are_read():
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(8000)
        writer.writeframes(bytes(range(256)) * 30)
    assert len(audio.read_audio(out.getvalue()))
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            audio.to_int16(tone(400, rate=48_000))[None], format="s16", layout="mono"
        )
        frame.rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert len(audio.read_audio(out.getvalue())) == pytest.approx(16_000, abs=1200)


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_companding_there_and_back_keeps_the_sound(law):
    encode, decode = getattr(audio, f"{law}_encode"), getattr(audio, f"{law}_decode")
    codes = bytes(range(256))
    assert (decode(encode(decode(codes))) == decode(codes)).all()
    samples = np.arange(-32768, 32768, 7).astype(np.int16)
    error = np.abs(decode(encode(samples)).astype(int) - samples)
    assert (error <= np.maximum(16, np.abs(samples.astype(int)) // 16 + 1)).all()


def test_companding_matches_the_values_of_g711():
    assert audio.alaw_decode(bytes([0xD5, 0x55, 0xAA, 0x2A])).tolist() == [8, -8, 32256, -32256]
    assert audio.ulaw_decode(bytes([0xFF, 0x7F, 0x80, 0x00])).tolist() == [0, 0, 32124, -32124]


def test_a_quiet_elder_is_raised_by_at_most_eighteen_decibels():
    quiet = tone(400, level=0.01)
    gain = audio.loudness_dbfs(audio.normalise(quiet)) - audio.loudness_dbfs(quiet)
    assert gain == pytest.approx(18.0, abs=0.1)
    assert audio.loudness_dbfs(audio.normalise(tone(400, level=0.05))) == pytest.approx(-20, abs=1)


def test_silence_is_not_raised_and_nothing_is_clipped():
    hiss = np.full(16_000, 1e-4, np.float32)
    assert (audio.normalise(hiss) == hiss).all()
    click = tone(400, level=0.05)
    click[100] = 0.9
    assert np.abs(audio.normalise(click)).max() <= 0.981


def test_the_telephone_band_keeps_speech_and_stops_hum_and_hiss():
    levels = {hz: audio.loudness_dbfs(audio.telephone_band(tone(hz, rate=8000), 8000))
              for hz in (50, 800, 2500, 3900)}  # fmt: skip
    assert levels[50] < levels[800] - 15
    assert levels[3900] < levels[800] - 20
    assert levels[2500] == pytest.approx(levels[800] + 3, abs=1)


def test_a_leg_gets_eight_kilohertz_of_the_same_length():
    assert len(audio.for_phone(tone(400, 1.5, 24_000), 24_000)) == pytest.approx(12_000, abs=2)


def test_an_mp3_is_a_fraction_of_the_wav_and_sounds_for_as_long():
    pcm = audio.to_int16(tone(440, seconds=2.0, rate=24_000))
    packed = audio.mp3_bytes(pcm, 24_000)
    assert len(packed) < len(audio.wav_bytes(pcm, 24_000)) / 5
    assert len(audio.read_audio(packed)) == pytest.approx(32_000, rel=0.06)
