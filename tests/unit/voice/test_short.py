"""Short answers by their sound: what is looked at of an utterance, and what is said of it."""

from pathlib import Path

import numpy as np
import pytest

from voice.asr import learn_short
from voice.asr.learn_short import (
    VOICES,
    Examples,
    fingerprint,
    learn,
    lend,
    mix,
    read_important,
    read_words,
    report,
    wanted,
    write,
)
from voice.asr.short import NO, PARTS, TABLE, WINDOW, YES, ShortAnswers, features
from voice.turn.words import is_no, is_yes

pytestmark = pytest.mark.unit
WIDTH = 8
HEARD = Path(__file__).with_name("short_heard.npz")
"""The features of eighteen words as learn_short.py heard them over its lines, and the words."""


def utterance(before, length, behind):
    """A spectrogram that is loud for so many frames of 10 ms, and frames that count themselves."""
    spectrogram = np.full((80, before + length + behind), -1.0, np.float32)
    spectrogram[:, before : before + length] = 1.0
    frames = np.repeat(np.arange(WINDOW // 2, dtype=np.float32)[:, None], WIDTH, 1)
    return spectrogram, frames


def alike(heard, told):
    """Synthesised examples, each answer said in one way only."""
    return Examples(heard, told, told, np.zeros(len(told), bool))


def test_only_the_frames_of_speech_are_looked_at_one_part_behind_the_other():
    found = features(*utterance(30, 80, 60))
    assert len(found) == PARTS * WIDTH + 1
    parts = found[:-1].reshape(PARTS, WIDTH)[:, 0]
    assert (np.diff(parts) > 5).all()
    assert parts[0] > 14
    assert parts[-1] < 56


@pytest.mark.parametrize("length", [1, 4, 400])
def test_a_click_and_a_sound_that_fills_the_window_are_no_trouble(length):
    assert np.isfinite(features(*utterance(0, length, 2))).all()


def test_silence_is_no_trouble():
    spectrogram, frames = utterance(0, 0, 50)
    assert np.isfinite(features(spectrogram, frames)).all()


def test_what_was_learnt_is_told_again(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(learn_short, "ROUNDS", 200)
    chance = np.random.default_rng(1)
    told = ["好", "不要", "", ""] * 40
    centre = {"好": 3.0, "不要": -3.0, "": 0.0}
    heard = np.stack([chance.normal(centre[word], 1.0, 6) for word in told]).astype(np.float32)
    table = tmp_path / "short.npz"
    write(*learn(alike(heard, told)), table)
    answers = ShortAnswers(table)
    likely = [answers.tell(one)[0] for one in heard]
    right = [
        (one.text == (YES if word == "好" else NO)) == (one.probability > 0.5) or not word
        for one, word in zip(likely, told, strict=True)
    ]
    assert np.mean(right) > 0.95
    report("here", answers, heard[:1], told[:1])
    assert "here 0.5: answer" in capsys.readouterr().out


def test_a_yes_and_a_no_leave_something_over_for_whatever_else_it_may_be():
    found = ShortAnswers().tell(np.zeros(PARTS * 512 + 1, np.float32))
    assert {one.text for one in found} == {YES, NO}
    assert found[0].probability >= found[1].probability
    assert sum(one.probability for one in found) < 1


def test_every_answer_that_is_learnt_is_one_side_or_the_other():
    words = read_words()
    assert all(is_yes(told) != is_no(told) for told in words.values() if told)
    assert sum(not told for told in words.values()) > 200
    assert read_important() > {word for word, told in words.items() if told} | {"疼", "救命"}
    assert not words["疼"]
    assert is_yes(YES)
    assert is_no(NO)


def test_the_table_was_learnt_from_the_words_there_are_now():
    with np.load(TABLE) as kept:
        assert str(kept["learnt_from"]) == fingerprint()
        assert set(kept["words"].tolist()) == set(read_words().values())
        nets, hidden, words = kept["second"].shape
        assert kept["first"].shape == (nets, PARTS * 512 + 1, hidden)
        assert words == len(kept["words"])


def test_the_table_tells_what_was_learnt_and_takes_nothing_else_for_an_answer():
    answers, told = ShortAnswers(), read_words()
    with np.load(HEARD) as kept:
        heard, words = kept["heard"].astype(np.float32), kept["words"].tolist()
    found = {word: answers.tell(one)[0] for word, one in zip(words, heard, strict=True)}
    unsure = []
    for word, likely in found.items():
        side = YES if is_yes(told[word]) else NO if is_no(told[word]) else None
        if likely.probability > 0.5:
            assert likely.text == side, word
        elif side:
            unsure.append(word)
    assert len(unsure) <= 1  # a hum in noise


def test_learning_the_same_sounds_twice_makes_the_same_table(tmp_path, monkeypatch):
    monkeypatch.setattr(learn_short, "ROUNDS", 40)
    told = read_words()
    with np.load(HEARD) as kept:
        heard, words = kept["heard"].astype(np.float32), [told[word] for word in kept["words"]]
    first, again = tmp_path / "first.npz", tmp_path / "again.npz"
    write(*learn(alike(heard, words)), first)
    write(*learn(alike(heard, words)), again)
    with np.load(first) as one, np.load(again) as other:
        assert np.array_equal(one["first"], other["first"])
        assert np.array_equal(one["second"], other["second"])
        assert one["words"].tolist() == sorted(set(words))
    answers = ShortAnswers(first)
    sides = {
        word: answers.tell(one)[0].text for word, one in zip(words, heard, strict=True) if word
    }
    assert all(side == (YES if is_yes(word) else NO) for word, side in sides.items())


@pytest.fixture
def voices(tmp_path):
    for number, name in enumerate(VOICES):
        np.full(4, number, np.float32).tofile(tmp_path / f"{name}.bin")
    (tmp_path / "mixed").mkdir()
    return tmp_path


def test_answers_are_said_by_many_voices_and_each_mixture_names_its_own(voices):
    mixed = mix(voices, voices / "mixed")
    assert len(mixed) == len(list((voices / "mixed").glob("*.bin"))) == 38
    share = np.fromfile(voices / "mixed" / "zm_yunjian zf_xiaobei 0.35.bin", np.float32)
    assert share == pytest.approx(0.35)
    jobs = wanted({"好": True, "门": False}, mixed, (10, 1))
    assert [job.text for job in jobs] == ["好。"] * 10 + ["门。"]
    assert len({job.voice for job in jobs if job.text == "好。"}) == 10


def test_who_says_a_word_stays_the_same_where_another_word_is_listed(voices):
    mixed = mix(voices, voices / "mixed")
    alone = wanted({"好": True}, mixed, (10, 1))
    assert wanted({"门": False, "好": True}, mixed, (10, 1))[1:] == alone


def test_a_voice_of_another_language_lends_itself_to_two_but_never_wholly(voices):
    lenders = voices / "lenders"
    lenders.mkdir()
    for name in ("af_one", "jm_two"):
        np.full(4, 10, np.float32).tofile(lenders / f"{name}.bin")
    lent = lend(voices, lenders, voices / "mixed")
    assert lent == [
        "af_one zm_yunjian", "af_one zm_yunyang", "jm_two zf_xiaobei", "jm_two zf_xiaoyi"
    ]  # fmt: skip
    shares = np.fromfile(voices / "mixed" / "af_one zm_yunjian.bin", np.float32) / 10
    assert ((shares >= 0.3) & (shares <= 0.6)).all()
