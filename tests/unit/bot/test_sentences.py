"""The sentences of domain.yml: all there, short where they ask, and buildable without Rasa."""

import re
from pathlib import Path

import pytest
import yaml

from actions.catalogue import all_actions
from anban.errors import DialogueError
from bot.sentences import Reply, Sentences

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
ASKS = {
    "service",
    "date",
    "time",
    "address",
    "person",
    "confirm",
    "phone",
    "name",
    "hospital",
    "menu",
    "other",
}


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    return Sentences(ROOT / "domain.yml")


def variations() -> list[tuple[str, dict]]:
    return [(key, v) for key, found in DOMAIN["responses"].items() for v in found]


def test_a_missing_sentence_or_value_is_named(sentences: Sentences) -> None:
    with pytest.raises(DialogueError, match="utter_no_such_thing"):
        sentences("utter_no_such_thing")
    with pytest.raises(DialogueError, match="name"):
        sentences("utter_greet_known")


def test_questions_are_short_and_ask_a_fixed_word() -> None:
    for key, variation in variations():
        ask = (variation.get("custom") or {}).get("ask")
        if ask is None:
            continue
        assert ask in ASKS, key
        last = re.split(r"[。！？]", variation["text"].rstrip("。！？"))[-1]
        assert len(re.sub(r"\{\w+\}", "", last)) <= 20, (key, last)


def test_every_sentence_has_a_variation_without_conditions() -> None:
    for key, found in DOMAIN["responses"].items():
        assert [v for v in found if "condition" not in v], key


def test_safety_sentences_are_not_interruptible(sentences: Sentences) -> None:
    assert not sentences.reply("utter_emergency_heard").interruptible
    assert sentences.reply("utter_greet").interruptible


def test_every_custom_action_of_the_domain_exists_and_no_other() -> None:
    built = {action.name() for action in all_actions(None, None, None)}  # type: ignore[arg-type]
    assert built == set(DOMAIN["actions"])


def test_every_act_has_a_rule() -> None:
    rules = yaml.safe_load((ROOT / "nlu_data" / "rules.yml").read_text())["rules"]
    ruled = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step}
    assert set(DOMAIN["intents"]) | {"nlu_fallback"} == ruled


def test_a_reply_is_built_from_what_rasa_sends() -> None:
    reply = Reply.of(
        {
            "text": "您看对不对？",
            "key": "utter_ask_confirm",
            "ask": "confirm",
            "quick_replies": ["对"],
        }
    )
    assert (reply.ask, reply.quick_replies, reply.interruptible) == ("confirm", ("对",), True)


def test_what_is_spoken_beforehand_begins_with_emergencies_and_has_no_gaps(sentences: Sentences):
    fixed = sentences.fixed()
    safety = [r["text"] for _, r in variations() if (r.get("custom") or {}).get("safety")]
    safety = [text for text in safety if "{" not in text]
    assert fixed[: len(safety)] == safety
    fall = sentences.first_aid("fall")
    assert fall is not None
    assert fixed[len(safety)] == fall.steps[0], "then what to do until people come"
    assert sentences("utter_greet_unknown") in fixed
    assert not any("{" in text for text in fixed)
