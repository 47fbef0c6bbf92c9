"""Recordings that short answers are learnt from: what their names tell, and how they are varied."""

import re

import numpy as np
import pytest

from anban.errors import UnreadableAudio
from voice.asr import learn_short
from voice.asr.learn_short import (
    Examples,
    choose,
    gather,
    hear_people,
    learn,
    learn_without,
    main,
    speaks,
)
from voice.asr.recordings import Meanings, held, recordings, said, trimmed, varied
from voice.audio import PHONE_RATE, to_int16, wav_bytes

pytestmark = pytest.mark.unit
WORDS = {
    "嗯": "嗯",
    "好": "好",
    "不要": "不要",
    "不行": "不行",
    "没": "没有",
    "疼": "",
    "步行": "",
    "腰": "",
}
OFTEN = ("嗯", "好", "不要", "不行", "没", "疼")


def tone(seconds, hz=200.0):
    at = np.arange(round(seconds * PHONE_RATE)) / PHONE_RATE
    return (0.5 * np.sin(2 * np.pi * hz * at)).astype(np.float32)


def put(folder, **sounds):
    folder.mkdir(exist_ok=True)
    for name, sound in sounds.items():
        data = sound if isinstance(sound, bytes) else wav_bytes(to_int16(sound), PHONE_RATE, 1)
        (folder / f"{name}.wav").write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("name", "syllables"),
    [
        ("hao3", ("hao3",)),
        ("cmn-hao3", ("hao3",)),
        ("bu2yao4", ("bu2", "yao4")),
        ("cmn-不要", ("bu2", "yao4")),
        ("nv3er2", ("nv3", "er2")),
        ("ng4", ("ng4",)),
    ],
)
def test_a_name_tells_its_syllables(name, syllables):
    assert said(name) == syllables


@pytest.mark.parametrize("name", ["", "hao", "README", "b1", "t3", "hao6", "越_越_", "3hao", "-"])
def test_a_name_that_is_no_pinyin_tells_nothing(name):
    assert said(name) is None
    assert Meanings(WORDS).of(name) is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hao3", "好"),
        ("en1", "嗯"),
        ("m4", "嗯"),
        ("没", "没有"),
        ("bu2yao4", "不要"),
        ("teng2", ""),
        ("men2", ""),
        ("步行", ""),
    ],
)
def test_what_is_said_is_an_answer_or_something_else(name, told):
    assert Meanings(WORDS).of(name) == told


def test_the_sound_of_an_answer_in_another_tone_tells_nothing_but_where_it_is_a_listed_word():
    meanings = Meanings(WORDS | {"要": "要"})
    assert meanings.of("hao4") is None
    assert meanings.of("yao3") is None
    assert meanings.of("yao1") == ""


def test_what_is_too_long_for_a_short_answer_tells_nothing():
    assert Meanings(WORDS).of("自行车站") is None


def test_an_empty_folder_and_one_that_is_none_are_refused(tmp_path):
    with pytest.raises(UnreadableAudio, match="no recordings"):
        recordings(tmp_path, WORDS, OFTEN)
    with pytest.raises(UnreadableAudio, match="no recordings"):
        recordings(tmp_path / "nowhere", WORDS, OFTEN)


def test_learning_from_an_empty_folder_ends_with_a_plain_sentence(tmp_path):
    (tmp_path / learn_short.LENDERS_WEIGHT).mkdir()
    with pytest.raises(SystemExit, match="no recordings"):
        main(tmp_path, tmp_path / "kept", 0.0, [put(tmp_path / "people", readme=tone(0.1))])


def test_a_folder_is_listed_by_name_without_reading_it(tmp_path):
    put(tmp_path, hao3=tone(0.4), men2=b"broken", teng2=tone(0.4), hao4=tone(0.4), readme=b"")
    found = recordings(tmp_path, WORDS, OFTEN)
    assert [(one.file.stem, one.told, one.often) for one in found] == [
        ("hao3", "好", True), ("men2", "", False), ("teng2", "", True)
    ]  # fmt: skip
    with pytest.raises(UnreadableAudio):
        found[1].sound()
    assert len(found[0].sound()) == pytest.approx(0.4 * PHONE_RATE, rel=0.02)


def test_of_others_only_some_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(learn_short, "MOST_OTHERS", 2)
    put(tmp_path, hao3=b"", men2=b"", lu4=b"", shan1=b"", teng2=b"")
    chosen = choose(recordings(tmp_path, WORDS, OFTEN))
    assert len(chosen) == 4
    assert {"hao3", "teng2"} < {one.file.stem for one in chosen}


def test_silence_is_no_recording():
    for sound in (np.zeros(800, np.float32), np.zeros(0, np.float32)):
        with pytest.raises(UnreadableAudio, match="silent"):
            trimmed(sound)


@pytest.mark.parametrize("factor", [0.4, 0.7, 1.0, 1.3])
def test_a_sound_is_held_shorter_or_longer_at_the_same_pitch(factor):
    sound = held(tone(0.8), factor)
    assert len(sound) == pytest.approx(0.8 * factor * PHONE_RATE, rel=0.1)
    middle = sound[len(sound) // 4 : -len(sound) // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), PHONE_RATE))
    assert np.argmax(spectrum) == pytest.approx(200, abs=5)


@pytest.mark.parametrize("seconds", [0.001, 0.05, 1.2])
def test_a_click_and_a_long_syllable_become_answers(seconds):
    made = varied(tone(seconds), 1, np.random.default_rng(1))
    assert np.isfinite(made).all()
    assert np.abs(made).max() == pytest.approx(1.0)
    assert len(made) < 2.0 * PHONE_RATE


def test_what_cannot_be_read_is_told_and_the_rest_is_heard(tmp_path, monkeypatch, capsys):
    put(tmp_path / "one", hao3=tone(0.4), men2=b"broken")
    monkeypatch.setattr("faster_whisper.WhisperModel", lambda *_, **__: None)
    monkeypatch.setattr(learn_short, "hear", lambda _, *sounds: np.ones((len(sounds), 3)))
    monkeypatch.setattr(learn_short, "PROCESSES", 1)
    jobs = recordings(tmp_path / "one", WORDS, OFTEN)
    kept = tmp_path / "kept"
    hear_people(tmp_path, kept, jobs, 0, float("inf"))
    assert "men2.wav: " in capsys.readouterr().out
    examples, speakers = gather(kept, WORDS, jobs)
    assert examples.heard.shape == (learn_short.ANSWER_TAKES, 3)
    assert set(zip(examples.told, examples.said, speakers, strict=True)) == {("好", "hao3", "one")}
    assert examples.people.all()
    hear_people(tmp_path, kept, jobs[:1], 0, 0.0)  # kept already: nothing is left to hear


def test_hearing_that_is_stopped_leaves_no_half_of_it_behind(tmp_path, monkeypatch):
    def stopped(file, heard):
        file.write(b"half")
        raise KeyboardInterrupt

    put(tmp_path / "one", hao3=tone(0.4))
    monkeypatch.setattr("faster_whisper.WhisperModel", lambda *_, **__: None)
    monkeypatch.setattr(learn_short, "hear", lambda _, *sounds: np.ones((len(sounds), 3)))
    monkeypatch.setattr(learn_short.np, "save", stopped)
    jobs = recordings(tmp_path / "one", WORDS, OFTEN)
    with pytest.raises(KeyboardInterrupt):
        hear_people(tmp_path, tmp_path / "kept", jobs, 0, float("inf"))
    monkeypatch.undo()
    assert not list((tmp_path / "kept").rglob("*.npy"))


@pytest.mark.parametrize(
    ("speaker", "whether"),
    [("tan", True), ("tang", False), ("zf_tan", False), ("tan zf_xiaobei 0.35", True)],
)
def test_who_is_left_out_is_left_out_of_mixtures_too_but_nobody_whose_name_is_like_it(
    speaker, whether
):
    assert speaks("tan", speaker) == whether


def test_one_person_is_judged_by_what_was_learnt_from_the_others(tmp_path, monkeypatch, capsys):
    kept, table = tmp_path / "kept", tmp_path / "short.npz"
    jobs = []
    for number, who in enumerate(("tan", "tang")):
        jobs += recordings(put(tmp_path / who, hao3=b"", men2=b"", bu2yao4=b""), WORDS, OFTEN)
        (kept / "people" / who).mkdir(parents=True)
        for place, name in enumerate(("hao3", "men2", "bu2yao4")):
            heard = np.full((8, 3), 4.0 * place + number, np.float16)
            np.save(kept / "people" / who / f"{name}.npy", heard)
    np.save(kept / "好-zf_xiaoyi.npy", np.zeros((20, 3), np.float16))
    monkeypatch.setattr(learn_short, "TABLE", table)
    learn_without(kept, WORDS, jobs, "tan")
    assert not table.exists()
    told = capsys.readouterr().out
    assert told.startswith("tan 0.5: ")
    assert sum(int(count) for count in re.findall(r" (\d+)(?=,|$)", told.splitlines()[0])) == 24
    learn_without(kept, WORDS, jobs, None)
    assert table.exists()
    assert capsys.readouterr().out == "heard 68 takes\n"


def test_what_was_kept_of_a_word_that_is_told_apart_no_more_is_left_out(tmp_path):
    for word in ("好", "旧词"):
        np.save(tmp_path / f"{word}-zf_xiaoyi.npy", np.ones((4, 3), np.float16))
    examples, speakers = gather(tmp_path, WORDS, [])
    assert set(examples.told) == {"好"}
    assert speakers == ["zf_xiaoyi"] * 4
    assert not examples.people.any()


def test_people_count_more_where_sounds_cannot_be_told_apart(monkeypatch):
    monkeypatch.setattr(learn_short, "PEOPLE", 20.0)
    monkeypatch.setattr(learn_short, "NETS", 2)
    monkeypatch.setattr(learn_short, "ROUNDS", 100)
    heard = np.random.default_rng(1).normal(size=(400, 4)).astype(np.float32)
    told = ["好", "", "", "好"] * 100
    people = np.array([True, False, False, False] * 100)
    (plain, with_people), words = learn(Examples(heard, told, told, people))
    shares = [
        net.predict_proba(np.zeros((1, 4)))[0][words.index("好")] for net in (plain, with_people)
    ]
    assert shares[0] < 0.5 < 0.7 < shares[1]
