"""From what an engine wrote to what the mind is given, the same for every engine.

Engines differ in script, digits and spacing, and Whisper invents text where it hears none: it loops
on a phrase, repeats its prompt, or writes the closing titles of the films it learned from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import zhconv

from voice.asr.base import Transcript

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．：％－", "0123456789.:%-")
_SPOKEN_DIGIT = dict(zip("零〇洞一幺二三四五六七八九", "0001123456789", strict=True))
_DIGIT_RUN = re.compile(
    r"[零〇洞一幺二三四五六七八九](?:[\s,，、]?[零〇洞一幺二三四五六七八九]){4,}"
)
_CJK = r"[\u3400-\u9fff\d，。？！、；：]"
_GAP = re.compile(rf"(?<={_CJK})\s+(?={_CJK})")
_SPLIT_DIGITS = re.compile(r"(?<=\d)[\s\-](?=\d)")
_LONG_NUMBER = re.compile(r"\d[\d\s\-]{5,}\d")
_PUNCTUATION = re.compile(r"[\s，。？！、；：,.?!;:“”‘’\"'…—~·]+")
_LOOP = re.compile(r"(.{1,20}?)\1{3,}")

PHANTOMS = (
    "请不吝点赞", "明镜与点点", "字幕由", "字幕志愿者", "字幕製作", "字幕制作", "中文字幕",
    "谢谢观看", "谢谢收看", "谢谢大家收看", "订阅转发", "Amara.org", "多谢您的观看",
    "优优独播剧场",
)  # fmt: skip
"""Beginnings of film credits that Whisper writes over noise and silence."""

FASTEST_CHARS_S = 11.0
"""Nobody who calls speaks faster than this many characters a second; invented text does."""


def tidy(text: str) -> str:
    """Simplified script, half-width digits, no gaps between characters, spoken numbers as digits.

    Only runs of five or more spoken digits become figures (一三八零… a telephone number); 三点 and
    十五块 stay as they were said.
    """
    text = zhconv.convert(text.strip(), "zh-cn").translate(_FULL_WIDTH)
    text = _GAP.sub("", text)
    text = _DIGIT_RUN.sub(_figures, text)
    return _LONG_NUMBER.sub(lambda match: _SPLIT_DIGITS.sub("", match.group()), text)


def _figures(match: re.Match[str]) -> str:
    return "".join(_SPOKEN_DIGIT.get(character, "") for character in match.group())


def bare(text: str) -> str:
    """The text without punctuation and spaces, for comparisons."""
    return _PUNCTUATION.sub("", text)


def unloop(text: str) -> tuple[str, bool]:
    """Cut a phrase said four times or more down to two, and say whether there was one."""
    shorter = _LOOP.sub(r"\1\1", text)
    return shorter, shorter != text


def judge(heard: Transcript, prompts: Sequence[str] = ()) -> Transcript:
    """Tidy a transcript and lower its confidence for every sign that it was invented.

    A loop keeps its text: "救命救命救命救命" is what a frightened caller says, and the mind must
    see it. Only echoes of a prompt and film credits are emptied.
    """
    text, looped = unloop(tidy(heard.text))
    doubts = list(heard.doubts)
    confidence = heard.confidence
    if looped:
        doubts.append("repetition")
        confidence *= 0.5
    if any(prompt and bare(text) == bare(prompt) for prompt in prompts):
        doubts.append("prompt-echo")
        text = ""
    if any(phantom in text for phantom in PHANTOMS):
        doubts.append("phantom")
        text = ""
    if heard.audio_seconds and len(bare(text)) / heard.audio_seconds > FASTEST_CHARS_S:
        doubts.append("too-fast")
        confidence *= 0.5
    if not bare(text):
        text, confidence = "", 0.0
    return replace(heard, text=text, confidence=confidence, doubts=tuple(doubts))
