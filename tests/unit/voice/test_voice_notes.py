"""What WeChat and Telegram send as voice notes is read like any other recording."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from voice.audio import read_audio

pytestmark = pytest.mark.unit

TONE_HZ, SECONDS = 440, 2.0


def recording(codec: str, container: str, rate: int) -> bytes:
    """Two seconds of a tone, as the channel would send it."""
    out = io.BytesIO()
    samples = 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(int(rate * SECONDS)) / rate)
    with av.open(out, "w", format=container) as writing:
        stream = writing.add_stream(codec, rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(
            (samples * 32767).astype(np.int16).reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate = rate
        fitting = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        fifo = av.AudioFifo()
        for piece in fitting.resample(frame):
            fifo.write(piece)
        size = stream.codec_context.frame_size or 160
        while (piece := fifo.read(size)) is not None:
            writing.mux(stream.encode(piece))
        writing.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("codec", "container", "rate"),
    [
        ("libopencore_amrnb", "amr", 8000),
        ("libopus", "ogg", 48000),
        ("libmp3lame", "mp3", 16000),
    ],
)
def test_a_voice_note_sounds_as_it_was_said(codec: str, container: str, rate: int) -> None:
    assert_tone(recording(codec, container, rate))


def test_speex_is_read_too() -> None:
    """The file was made with Debian's speexenc, quality 4: PyAV reads Speex and cannot write it."""
    assert_tone((Path(__file__).parent / "data" / "tone_440hz_2s.spx").read_bytes())


def assert_tone(data: bytes) -> None:
    heard = read_audio(data)
    assert abs(len(heard) / 16000 - SECONDS) < 0.2
    loudest = np.fft.rfftfreq(len(heard), 1 / 16000)[np.argmax(np.abs(np.fft.rfft(heard)))]
    assert abs(loudest - TONE_HZ) < 5
