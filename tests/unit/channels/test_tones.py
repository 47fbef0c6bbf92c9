"""Keys that old telephones send as tones in the sound."""

import numpy as np
import pytest

from channels.phone import g711
from channels.phone.leg import FRAME, RATE
from channels.phone.tones import HIGH_HZ, LOW_HZ, KeyTones, key_in

pytestmark = pytest.mark.unit
KEYS = {key: (LOW_HZ[row], HIGH_HZ[column])
        for row, line in enumerate(("123", "456", "789", "*0#"))
        for column, key in enumerate(line)}  # fmt: skip


def tones(key, seconds=0.1, loud=4000.0, twist_db=0.0, off=1.0):
    """A key as a telephone on an analogue line sends it, through A-law."""
    at = np.arange(round(seconds * RATE)) / RATE
    low, high = (np.sin(2 * np.pi * hertz * off * at) for hertz in KEYS[key])
    pcm = (low * loud + high * loud * 10 ** (twist_db / 20)).astype(np.int16)
    return g711.decode(g711.encode(pcm, "alaw"), "alaw")


def pressed(pcm):
    listener = KeyTones()
    found = [listener.feed(pcm[at : at + FRAME]) for at in range(0, len(pcm) - FRAME + 1, FRAME)]
    return "".join(key for key in found if key)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("twist_db", [-6.0, 0.0, 4.0])
@pytest.mark.parametrize("off", [0.985, 1.0, 1.015])
def test_each_key_is_heard_once_also_off_pitch_and_uneven(key, twist_db, off):
    assert pressed(tones(key, twist_db=twist_db, off=off)) == key


def test_a_number_is_heard_in_order_and_a_key_twice_is_two():
    gap = np.zeros(round(0.08 * RATE), np.int16)
    line = np.concatenate([part for key in "1302*0#" for part in (tones(key), gap)])
    assert pressed(line) == "1302*0#"
    assert pressed(np.concatenate([tones("0"), gap, tones("0")])) == "00"
    assert pressed(tones("5", seconds=3.0)) == "5"


def test_noise_on_the_line_does_not_hide_it_and_is_none():
    noise = np.random.default_rng(1).normal(0, 300, RATE).astype(np.int16)
    assert pressed(noise) == ""
    key = tones("7", seconds=0.2)
    assert pressed(key + noise[: len(key)]) == "7"


def test_one_tone_ringing_silence_and_whispers_are_no_keys():
    at = np.arange(RATE) / RATE
    for hertz in (*LOW_HZ, *HIGH_HZ, 450, 1000):
        assert pressed((np.sin(2 * np.pi * hertz * at) * 8000).astype(np.int16)) == ""
    assert pressed(np.zeros(RATE, np.int16)) == ""
    assert pressed(tones("1", loud=100.0)) == ""
    assert key_in(np.zeros(FRAME, np.int16)) is None


def test_a_voice_is_no_key():
    """Vowels of all pitches, as unsteady as speech is: harmonics shaped by three formants."""
    at = np.arange(RATE // 2) / RATE
    swayed = at + 0.1 / (2 * np.pi * 4) * np.sin(2 * np.pi * 4 * at)
    for pitch in range(80, 400, 3):
        for one, two in ((700, 1220), (770, 1340), (850, 1480), (940, 1210), (400, 2000)):
            harmonics = np.arange(pitch, 3400, pitch)
            peaks = ((one, 1.0), (two, 1.0), (2500, 0.3))
            shape = sum(loud * np.exp(-(((harmonics - peak) / 150) ** 2)) for peak, loud in peaks)
            sound = (np.sin(2 * np.pi * np.outer(swayed, harmonics)) * shape).sum(axis=1)
            assert pressed((sound / np.abs(sound).max() * 9000).astype(np.int16)) == "", pitch
