"""Audio as this room knows it: mono PCM in numpy arrays, telephone companding, shaping, files.

Two forms are used everywhere: ``int16`` (full scale 32768) at 8 kHz on call legs, and ``float32``
in -1..1 at 16 kHz for recognisers and the voice activity detector.
"""

from __future__ import annotations

import io
import wave
from functools import lru_cache
from typing import TypeAlias

import av
import numpy as np
import numpy.typing as npt
import soxr

from anban.errors import UnreadableAudio

Pcm16: TypeAlias = npt.NDArray[np.int16]
"""Mono samples, full scale 32768."""
PcmF: TypeAlias = npt.NDArray[np.float32]
"""Mono samples in -1..1."""

PHONE_RATE = 8_000
SPEECH_RATE = 16_000
FRAME_S = 0.02
FRAME = int(PHONE_RATE * FRAME_S)
"""Samples of one 20 ms telephone frame."""
LONGEST_S = 600.0
"""Files longer than this are refused: nobody speaks ten minutes in one turn."""


def to_float(pcm: Pcm16) -> PcmF:
    """16-bit samples as floats in -1..1."""
    return pcm.astype(np.float32) / np.float32(32768.0)


def to_int16(pcm: PcmF) -> Pcm16:
    """Floats in -1..1 as 16-bit samples; what lies outside is clipped."""
    clipped: Pcm16 = np.clip(np.rint(pcm * 32767.0), -32768, 32767).astype(np.int16)
    return clipped


def resample(pcm: PcmF, source_hz: int, target_hz: int) -> PcmF:
    """The same sound at another rate (soxr, high quality)."""
    if source_hz == target_hz or not len(pcm):
        return pcm.astype(np.float32, copy=False)
    return np.asarray(soxr.resample(pcm, source_hz, target_hz), dtype=np.float32)


# Files -------------------------------------------------------------------------------------------


def read_audio(data: bytes, rate_hz: int = SPEECH_RATE) -> PcmF:
    """Any container PyAV reads (WAV, MP3, OGG, AMR, M4A, WebM …) as mono floats at ``rate_hz``.

    Raises:
        UnreadableAudio: nothing in it, no audio, broken off, silent length, or over ten minutes.
    """
    if not data:
        raise UnreadableAudio("the file is empty (0 bytes)")
    try:
        with av.open(io.BytesIO(data), mode="r") as container:
            if not container.streams.audio:
                raise UnreadableAudio("the file holds no audio track")
            pieces, native_hz = _decode(container)
    except av.FFmpegError as broken:
        raise UnreadableAudio(f"the file is no audio we can read ({broken.strerror})") from broken
    if not pieces:
        raise UnreadableAudio("the file holds no sound (0 samples)")
    return resample(np.concatenate(pieces), native_hz, rate_hz)


def _decode(container: av.container.InputContainer) -> tuple[list[PcmF], int]:
    stream = container.streams.audio[0]
    native_hz = stream.rate or SPEECH_RATE
    mono = av.AudioResampler(format="flt", layout="mono", rate=native_hz)
    pieces: list[PcmF] = []
    total = 0
    for frame in container.decode(stream):
        for part in mono.resample(frame):
            piece = part.to_ndarray().reshape(-1).astype(np.float32)
            pieces.append(piece)
            total += len(piece)
            if total > LONGEST_S * native_hz:
                raise UnreadableAudio(f"the recording is longer than {LONGEST_S / 60:.0f} minutes")
    return [piece for piece in pieces if len(piece)], native_hz


def wav_bytes(pcm: Pcm16, rate_hz: int, channels: int = 1) -> bytes:
    """A WAV file; for two channels ``pcm`` has the shape (samples, 2)."""
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(np.ascontiguousarray(pcm, dtype="<i2").tobytes())
    return out.getvalue()


def mp3_bytes(pcm: Pcm16, rate_hz: int) -> bytes:
    """An MP3 of mono samples: a tenth of the WAV, and every telephone plays it."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate_hz, layout="mono", format="s16p")
        stream.bit_rate = 40_000
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis, :], format="s16p", layout="mono")
        frame.sample_rate = rate_hz
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return out.getvalue()


# Companding (ITU-T G.711) -------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _alaw_decoder() -> Pcm16:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent = (code & 0x70) >> 4
    mantissa = (code & 0x0F) << 4
    value = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, value, -value).astype(np.int16)


@lru_cache(maxsize=1)
def _ulaw_decoder() -> Pcm16:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    exponent = (code & 0x70) >> 4
    value = ((((code & 0x0F) << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -value, value).astype(np.int16)


def _encoder(decoder: Pcm16) -> npt.NDArray[np.uint8]:
    """For every 16-bit sample (index + 32768) the code whose value is nearest."""
    order = np.argsort(decoder, kind="stable")
    levels = decoder[order].astype(np.int32)
    edges = (levels[:-1] + levels[1:] + 1) // 2
    samples = np.arange(-32768, 32768)
    return order[np.searchsorted(edges, samples, side="right")].astype(np.uint8)


@lru_cache(maxsize=1)
def _alaw_encoder() -> npt.NDArray[np.uint8]:
    return _encoder(_alaw_decoder())


@lru_cache(maxsize=1)
def _ulaw_encoder() -> npt.NDArray[np.uint8]:
    return _encoder(_ulaw_decoder())


def alaw_decode(data: bytes) -> Pcm16:
    """G.711 A-law bytes (China, Europe) as samples."""
    return _alaw_decoder()[np.frombuffer(data, dtype=np.uint8)]


def alaw_encode(pcm: Pcm16) -> bytes:
    """Samples as G.711 A-law bytes."""
    return _alaw_encoder()[pcm.astype(np.int32) + 32768].tobytes()


def ulaw_decode(data: bytes) -> Pcm16:
    """G.711 mu-law bytes (North America, Japan) as samples."""
    return _ulaw_decoder()[np.frombuffer(data, dtype=np.uint8)]


def ulaw_encode(pcm: Pcm16) -> bytes:
    """Samples as G.711 mu-law bytes."""
    return _ulaw_encoder()[pcm.astype(np.int32) + 32768].tobytes()


# Loudness and band --------------------------------------------------------------------------------

TARGET_DBFS = -20.0
"""Loudness at which speech goes to the recogniser and to the caller."""
MOST_GAIN_DB = 18.0
"""A quiet caller is raised by at most this much; more would only raise the noise."""
GATE_DBFS = -60.0
"""Below this there is no speech to measure."""


def loudness_dbfs(pcm: PcmF, frame_s: float = 0.03, rate_hz: int = SPEECH_RATE) -> float:
    """RMS level of the loud half of the frames, so that pauses do not count (dB full scale)."""
    size = max(1, int(frame_s * rate_hz))
    if len(pcm) < size:
        frames = pcm.reshape(1, -1) if len(pcm) else np.zeros((1, 1), np.float32)
    else:
        frames = pcm[: len(pcm) // size * size].reshape(-1, size)
    power = np.sort(np.mean(frames.astype(np.float64) ** 2, axis=1))
    loud = power[len(power) // 2 :].mean()
    return float(10 * np.log10(loud + 1e-12))


def normalise(pcm: PcmF, rate_hz: int = SPEECH_RATE) -> PcmF:
    """Bring speech to ``TARGET_DBFS``: quiet elders up by at most 18 dB, never past full scale."""
    level = loudness_dbfs(pcm, rate_hz=rate_hz)
    if level < GATE_DBFS:
        return pcm
    gain = 10 ** (min(TARGET_DBFS - level, MOST_GAIN_DB) / 20)
    peak = float(np.abs(pcm).max(initial=0.0)) * gain
    if peak > 0.98:
        gain *= 0.98 / peak
    return (pcm * np.float32(gain)).astype(np.float32)


@lru_cache(maxsize=4)
def _band_filter(rate_hz: int, taps: int = 129) -> PcmF:
    """FIR pass band 300-3400 Hz with +3 dB round 2.5 kHz, where old ears lose consonants first."""
    grid = 1024
    hz = np.fft.rfftfreq(grid, 1 / rate_hz)
    wanted = np.where((hz >= 300) & (hz <= 3400), 1.0, 0.0)
    wanted *= 10 ** (3.0 / 20 * np.exp(-(((hz - 2500) / 700) ** 2)))
    impulse = np.roll(np.fft.irfft(wanted), taps // 2)[:taps]
    return (impulse * np.hamming(taps)).astype(np.float32)


def telephone_band(pcm: PcmF, rate_hz: int) -> PcmF:
    """What a telephone line lets through (300-3400 Hz), consonants lifted; same length."""
    taps = _band_filter(rate_hz)
    if not len(pcm):
        return pcm
    full = np.convolve(pcm, taps)
    start = len(taps) // 2
    return full[start : start + len(pcm)].astype(np.float32)


def for_phone(pcm: PcmF, rate_hz: int) -> Pcm16:
    """Synthesised speech as a phone leg plays it: 8 kHz, telephone band, even loudness."""
    narrow = telephone_band(resample(pcm, rate_hz, PHONE_RATE), PHONE_RATE)
    return to_int16(normalise(narrow, PHONE_RATE))


AUDIBLE = 200
"""Amplitude (of 32768) from which a sample is taken for sound (-44 dB)."""
LEAD_S = 0.03
"""Kept before it, for soft consonants."""


def without_lead(pcm: Pcm16, rate_hz: int = PHONE_RATE) -> Pcm16:
    """The same sound without the silence before its beginning."""
    sounding = np.flatnonzero(np.abs(pcm.astype(np.int32)) >= AUDIBLE)
    if not len(sounding):
        return pcm
    return pcm[max(0, sounding[0] - int(LEAD_S * rate_hz)) :]


def silence(seconds: float, rate_hz: int = PHONE_RATE) -> Pcm16:
    """Silent samples."""
    return np.zeros(int(seconds * rate_hz), dtype=np.int16)


RING_HZ = 450
"""The ringing tone of China (GB/T 3380): a second of it, and a pause of four."""


def ringing() -> Pcm16:
    """One ring as a caller hears it, and the pause behind it."""
    at = np.arange(PHONE_RATE) / PHONE_RATE
    ring = (np.sin(2 * np.pi * RING_HZ * at) * 3_000).astype(np.int16)
    return np.concatenate([ring, silence(4.0)])
