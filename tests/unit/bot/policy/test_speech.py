"""The patterns of how callers speak are data, and a broken one is named."""

from __future__ import annotations

import pytest

from anban.errors import SettingsError
from bot.policy import speech
from bot.understanding import lexicon

pytestmark = pytest.mark.unit


def test_a_stretch_that_is_no_pattern_is_refused_by_its_name(tmp_path, monkeypatch):
    path = tmp_path / "policy_speech.toml"
    path.write_text("[claims]\nmay = ['能', '(可以']\n", encoding="utf-8")
    monkeypatch.setattr(lexicon, "LEXICON", tmp_path)
    lexicon.toml.cache_clear()
    with pytest.raises(SettingsError, match=r"policy_speech\.toml: claims\.may: "):
        speech.patterns("claims")
    lexicon.toml.cache_clear()


def test_one_of_an_entrys_stretches_is_enough():
    may = speech.patterns("claims")["may"]
    assert may.search("有资格没有")
    assert may.search("给不给")
    assert not may.search("今天天气好")
