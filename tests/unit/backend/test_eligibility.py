"""Entitlement in three values: every path of the rules, and the rules against a plain reading."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anban.errors import SettingsError
from backend.domain.eligibility import evaluate, schemes

pytestmark = pytest.mark.unit
LOCALITIES = Path(__file__).resolve().parents[3] / "localities"


def load(place: str):
    path = LOCALITIES / place / "rules.toml"
    return schemes(tomllib.loads(path.read_text("utf-8")), path.name)


ALL = {s.id: s for place in ("longyan", "zhangzhou", "hohhot_yuquan") for s in load(place)}
SIX = (
    "destitute",
    "low_income",
    "severe_disability",
    "registered_poor",
    "preferential",
    "special_family",
)
AGES = (50, 60, 64, 65, 69, 70, 79, 80, 89, 90, 99, 100, 104)


def plain_reading(scheme: str, p: dict) -> bool:
    """The predicates as one would write them by hand, everything known."""
    age = p["age"]
    six = any(p.get(one) for one in SIX)
    if scheme == "longyan.online":
        return p["urban"] and age >= 60 and (six or age >= 80)
    if scheme == "longyan.offline":
        return p["urban"] and age >= 60 and six
    if scheme == "longyan.self_pay":
        return p["urban"] and age >= 60
    five = any(p.get(one) for one in SIX if one != "registered_poor")
    if scheme == "zhangzhou.voucher":
        return age >= 60 and five
    if scheme == "zhangzhou.base":
        return age >= 60 and (six or age >= 80)
    base = p["hukou"] and p["resident"] and age >= 60
    poor = p["low_income"] or p["low_income_edge"]
    if scheme == "yuquan.meal":
        kinds = poor or p["destitute"] or p["disabled_moderate"] or p["empty_nest"]
        return base and (kinds or p["lost_only_child"] or age >= 100)
    kinds = (
        (age >= 65 and p["destitute_at_home"])
        or (age >= 80 and poor)
        or (poor and p["disabled_moderate"])
        or (age >= 70 and (p["special_support"] or p["alone"]))
        or (age >= 70 and (p["model_worker"] or p["hurt_in_duty"]))
        or age >= 90
    )
    out = p["institution_benefit"] or p["care_insurance"]
    return base and p["disabled"] and kinds and not out


def completions(scheme, person):
    """Every way the unknown could be."""
    unknown = [fact for fact in scheme.facts() if person.get(fact) is None]
    choices = [AGES if fact == "age" else (False, True) for fact in unknown]
    for values in itertools.product(*choices):
        yield {**person, **dict(zip(unknown, values, strict=True))}


@st.composite
def cases(draw):
    scheme = draw(st.sampled_from(sorted(ALL)))
    facts = [fact for fact in ALL[scheme].facts() if fact != "age"]
    person = {fact: draw(st.booleans()) for fact in facts}
    person["age"] = draw(st.sampled_from(AGES))
    for fact in draw(st.sets(st.sampled_from([*facts, "age"]), max_size=6)):
        person[fact] = None
    return scheme, person


@settings(max_examples=400, deadline=None)
@given(cases())
def test_the_outcome_is_what_every_way_the_unknown_could_be_gives(case):
    name, person = case
    outcomes = {plain_reading(name, one) for one in completions(ALL[name], person)}
    expected = "check" if len(outcomes) == 2 else "eligible" if outcomes == {True} else "not"
    assert evaluate(ALL[name], person).outcome == expected


@settings(max_examples=400, deadline=None)
@given(cases())
def test_the_next_question_can_change_the_outcome(case):
    name, person = case
    asked = evaluate(ALL[name], person).question
    outcomes = {plain_reading(name, one) for one in completions(ALL[name], person)}
    assert (asked is None) == (len(outcomes) == 1)
    if asked is None:
        return
    ways = list(completions(ALL[name], {**person}))
    rest = [fact for fact in ALL[name].facts() if fact != asked]
    seen: dict[tuple, set] = {}
    for way in ways:
        key = tuple(way.get(fact) for fact in rest)
        seen.setdefault(key, set()).add(plain_reading(name, way))
    assert any(len(found) == 2 for found in seen.values())


def asked_to_the_end(scheme, truth):
    """Answers every question truthfully; returns the outcome and what was asked."""
    known: dict = {}
    asked = []
    while (question := evaluate(scheme, known).question) is not None:
        known[question] = truth[question]
        asked.append(question)
    return evaluate(scheme, known).outcome, asked


@pytest.mark.parametrize("name", sorted(ALL))
def test_an_interview_ends_with_the_truth_and_asks_nothing_twice(name):
    scheme = ALL[name]
    nobody = dict.fromkeys(scheme.facts(), False) | {"age": 85}
    for fact in scheme.facts():
        truth = {**nobody, fact: 101 if fact == "age" else True}
        outcome, asked = asked_to_the_end(scheme, truth)
        assert outcome == ("eligible" if plain_reading(name, truth) else "not")
        assert len(set(asked)) == len(asked)


def met(scheme):
    """Somebody who meets every must and nothing that excludes, but no kind yet."""
    person = dict.fromkeys(scheme.facts(), False)
    for condition in scheme.must:
        for test in condition.tests:
            person[test.fact] = test.at_least or True
    return person


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name in sorted(ALL) for n in range(len(ALL[name].any))]
)
def test_each_kind_of_person_suffices_at_its_very_age_and_not_below(name, number):
    scheme = ALL[name]
    person = met(scheme)
    kind = scheme.any[number]
    for test in kind.tests:
        person[test.fact] = test.at_least or True
    result = evaluate(scheme, person)
    assert result.outcome == "eligible"
    assert kind in result.reasons
    for test in kind.tests:
        less = {**person, test.fact: test.at_least - 1 if test.at_least else False}
        assert evaluate(scheme, less).outcome == "not"


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name in sorted(ALL) for n in range(len(ALL[name].must))]
)
def test_each_condition_for_all_keeps_out_who_lacks_it(name, number):
    scheme = ALL[name]
    person = dict.fromkeys(scheme.facts(), True) | {"age": 101}
    for condition in scheme.none:
        person |= {test.fact: False for test in condition.tests}
    assert evaluate(scheme, person).outcome == "eligible"
    missing = scheme.must[number]
    person |= {t.fact: t.at_least - 1 if t.at_least else False for t in missing.tests}
    result = evaluate(scheme, person)
    assert result.outcome == "not"
    assert missing in result.reasons


@pytest.mark.parametrize("out", ["institution_benefit", "care_insurance"])
def test_an_exclusion_keeps_out_whoever_would_be_entitled(out):
    scheme = ALL["yuquan.visit"]
    person = dict.fromkeys(scheme.facts(), True) | {"age": 91}
    person |= {"institution_benefit": False, "care_insurance": False, out: True}
    result = evaluate(scheme, person)
    assert result.outcome == "not"
    assert "不再享受" in result.reasons[0].says


def test_eighty_counts_online_but_not_offline_in_longyan():
    person = {"age": 82, "urban": True} | dict.fromkeys(SIX, False)
    assert evaluate(ALL["longyan.online"], person).outcome == "eligible"
    assert evaluate(ALL["longyan.offline"], person).outcome == "not"


def test_living_alone_is_not_an_empty_nest():
    person = {"age": 72, "hukou": True, "resident": True, "alone": True}
    result = evaluate(ALL["yuquan.meal"], person)
    assert (result.outcome, result.question) == ("check", "empty_nest")


def test_two_kinds_at_once_are_told():
    person = dict.fromkeys(ALL["yuquan.visit"].facts(), False)
    person |= dict.fromkeys(("hukou", "resident", "disabled", "alone"), True) | {"age": 92}
    result = evaluate(ALL["yuquan.visit"], person)
    assert result.several
    assert ALL["yuquan.visit"].several


def test_what_one_cannot_tell_is_not_asked_again():
    person = {"age": 72, "hukou": True, "resident": True}
    result = evaluate(ALL["yuquan.visit"], person, unknowable={"disabled"})
    assert result.outcome == "check"
    assert result.question != "disabled"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "document"),
        ({"document": {"locality": "甲"}}, "title"),
    ],
)
def test_rules_without_a_document_are_refused(data, why):
    with pytest.raises(SettingsError, match=why):
        schemes(data, "rules.toml")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"must": []}, "at least one"),
        ({"must": [{"tests": ["age>60"], "says": "x"}]}, "is no test"),
        ({"must": [{"tests": [], "says": "x"}]}, "needs tests"),
        ({"colour": "red"}, "colour is not known"),
    ],
)
def test_a_broken_scheme_is_refused_by_name(change, why):
    document = {"locality": "甲", "title": "甲", "number": "", "year": 1, "called": "甲"}
    row = {"id": "a", "name": "a", "section": "一", "gives": "a"}
    row |= {"must": [{"tests": ["age>=60"], "says": "x"}]} | change
    with pytest.raises(SettingsError, match=f"scheme a: .*{why}"):
        schemes({"document": document, "scheme": [row]}, "rules.toml")
