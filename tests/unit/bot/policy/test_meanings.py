"""Meanings of lines: made once, kept on disk, and only an addition to words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anban.policy import LOCALITIES, policy_desk
from bot.policy.meanings import Meanings
from bot.policy.sources import copied

pytestmark = pytest.mark.unit


class CountingEncoder:
    """Lines by the words they hold; counts how many lines it was given."""

    WORDS = ("钱", "手机", "床位", "麻将", "歇脚", "驿站")

    def __init__(self) -> None:
        self.lines = 0

    def encode(self, texts: list[str]) -> np.ndarray:
        self.lines += len(texts)
        return np.array([[word in text for word in self.WORDS] for text in texts], dtype=float)


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    encoder = CountingEncoder()
    found = Meanings(encoder, tmp_path / "file" / "below").kept(["手机"])
    assert found.shape == (1, 6)


def test_what_lies_broken_on_disk_is_made_anew(tmp_path: Path):
    first = CountingEncoder()
    Meanings(first, tmp_path).kept(["手机", "床位"])
    (kept,) = tmp_path.glob("meanings-*.npz")
    kept.write_bytes(b"no array")
    again = CountingEncoder()
    assert Meanings(again, tmp_path).kept(["手机", "床位"]).shape == (2, 6)
    assert again.lines == 2


def test_the_second_start_makes_nothing_anew(tmp_path: Path):
    Meanings(CountingEncoder(), tmp_path).kept(["手机", "床位"])
    encoder = CountingEncoder()
    Meanings(encoder, tmp_path).kept(["手机", "床位"])
    assert encoder.lines == 0


def test_other_lines_are_not_taken_for_those_on_disk(tmp_path: Path):
    Meanings(CountingEncoder(), tmp_path).kept(["手机", "床位"])
    assert Meanings(CountingEncoder(), tmp_path).kept(["床位", "手机"])[0, 2] == 1


def test_a_line_without_a_meaning_is_declined_not_an_error():
    desk = policy_desk(LOCALITIES, Meanings(CountingEncoder()))
    assert desk.answer("？？", "龙岩").decided == "declined"


SOURCE = "各地应当为居住在城区的高龄老人每月购买不少于二十小时的上门照料服务并公开结果。"


@pytest.mark.parametrize(
    ("says", "runs"),
    [
        ("城区的高龄老人每月有不少于20小时的上门照料。", 0),
        ("为居住在城区的高龄老人每月购买不少于二十小时的上门照料服务。", 1),
        ("为居住在城区的高龄老人，每月购买不少于二十小时的上门照料服务。", 1),
        ("《为居住在城区的高龄老人每月购买不少于二十小时的上门照料服务》", 0),
        ("短句", 0),
    ],
)
def test_a_documents_own_words_are_found_beyond_marks_and_not_in_titles(says, runs):
    assert len(copied(says, SOURCE)) == runs


def test_a_list_of_names_has_no_other_words():
    names = "市民政局、市财政局、市卫生健康委员会、市人力资源和社会保障局、市住房和城乡建设局"
    assert copied(f"由{names}负责。", names.replace("、", "")) == []
