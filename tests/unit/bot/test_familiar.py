"""What helps to hear a caller: their own words, and the language they name."""

from dataclasses import replace

import pytest

from backend.client import Caller, Conversation
from bot.familiar import MOST_WORDS, familiar, spoken_language, wants_speaker
from bot.sentences import Reply
from tests.unit.bot.fakes import ELDER, FakeBackend
from tests.unit.bot.test_dialogue import keys, say
from tests.unit.bot.test_manner import talk

pytestmark = pytest.mark.unit
HANDOFF = [Reply("好，我请同事来。", key="utter_handoff", handoff=True)]


@pytest.mark.parametrize(
    "text",
    ["我听不懂闽南话", "我不会讲客家话", "闽南的茶好喝", "我女儿在广东", "客家小炒有没有", ""],
)
def test_who_does_not_speak_a_language_or_only_names_a_place_wants_nobody(text):
    assert spoken_language(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我只会讲闽南话", "闽南话"),
        ("有没有会说客家话的", "客家话"),
        ("你会不会讲客家话", "客家话"),
        ("我们是讲广东话的", "广东话"),
        ("能不能用闽南语跟我讲", "闽南话"),
    ],
)
def test_a_language_that_is_named_is_noticed(text, name):
    assert spoken_language(text) == name
    assert wants_speaker(text)


def test_another_wish_in_the_same_line_is_served():
    assert spoken_language("我讲客家话，我要订餐") == "客家话"
    assert not wants_speaker("我讲客家话，我要订餐")


async def test_who_only_speaks_hakka_is_given_a_person_and_the_profile_knows_it():
    backend = FakeBackend()
    dialogue = talk(backend, HANDOFF)
    assert keys(await say(dialogue, "我只会讲客家话")) == ["utter_handoff"]
    assert dialogue._rasa.heard[-1][1] == "转人工"
    assert backend.changed == {"dialect": "客家话"}
    assert dialogue.familiar("c").language == "hak"


async def test_a_backend_that_fails_costs_the_note_and_not_the_person():
    backend = FakeBackend()
    dialogue = talk(backend, [Reply("您好。")], HANDOFF)
    await say(dialogue, "你好")
    backend.down = True
    assert keys(await say(dialogue, "我只会讲客家话"))
    assert dialogue.familiar("c").language == "hak"


def test_the_words_of_a_caller_are_names_and_places_of_their_own():
    elder = replace(ELDER, name="林秀英", address="福康县西城街道和平小区18号楼302",
                    estate="和平小区", estates=("老粮站",) * 40, dialect="闽南话")  # fmt: skip
    known = familiar(Conversation("c", Caller("elder"), elder))
    assert {"林秀英", "福康", "西城", "和平小区", "老粮站"} <= set(known.words)
    assert len(known.words) <= MOST_WORDS
    assert known.language == "nan"


def test_a_daughter_is_not_taken_to_speak_as_her_mother_does():
    elder = replace(ELDER, dialect="闽南话")
    assert familiar(Conversation("c", Caller("family"), elder)).language is None


def test_accents_of_mandarin_are_mandarin():
    for dialect in ("四川话", "东北话", "普通话", None):
        elder = replace(ELDER, dialect=dialect)
        assert familiar(Conversation("c", Caller("elder"), elder)).language is None
