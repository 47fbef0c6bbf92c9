"""The answer to a question on policy: from a fact, from the rules of entitlement, or declined.

What is said names the place and the year of its document. A place without documents is declined by
its name; a question no document answers is declined by what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.policy import claims, cues
from bot.policy.again import Repeats
from bot.policy.answer import Answer, Topic
from bot.policy.choice import Choice, Considered, consider
from bot.policy.classifier import FactClassifier
from bot.policy.core import LONG, Core, core
from bot.policy.entitlement import Entitlements, Scheme, citations, sentence
from bot.policy.facts import Fact
from bot.policy.moods import asks
from bot.policy.person import Vocabulary
from bot.policy.places import NATION, Places
from bot.policy.search import Hit, Index
from bot.policy.whose import asked_for
from bot.understanding.mishearing import Restorer
from bot.understanding.normalise import normalise

if TYPE_CHECKING:
    from bot.policy.quoting import Quoter

LIKELY = 0.4
"""Probability from which a fact is the answer."""
SURE = 0.4
"""Score from which a fact is the answer to what goes on from the question before."""
COVERS = 0.3
"""Least share of what was asked that a fact must cover."""

PARTLY, ALMOST = 0.25, 0.58
"""Share that is covered, and likeness of meaning, that make up for each other."""
SAME = 0.66
"""Likeness of meaning that makes up for words that are not covered."""
CLEARLY = 0.6
"""Likeness of meaning from which a gap may win over a fact that shares more words."""
NEARER = 0.03
"""How much nearer in meaning a gap must be to win over a fact that does not fit well."""
ANYWHERE = 0.6
"""Share of a question about a place without documents that the nation's law must cover."""
UNHEARD = 0.1
"""Share of a question that may be left over where nothing is put right."""
RIVAL = 0.67
"""How much of what the fact covers a gap must cover to win over it."""
WELL = 1.0
"""Score from which a fact fits well."""

RATHER, ALONE, MOSTLY = 0.75, 0.6, 0.5
"""Score of a fact from which a question is no claim to a service that it names, or names none; and
the share of the question that the fact must cover."""
RESTORED = 0.05
"""By how much better a line must fit with misheard characters put right."""
ASKED_MORE = 0.12
"""By how much more it must ask for a fact then; an unknown name (华为) is put right, too."""
BRIEF = 10
"""Characters up to which a question may have left out what it is about."""
GAP_ALONE = 0.5
"""Share of a question from which what no document answers is asked for by itself."""
STORY = 3
"""Things that somebody tells of a person from which a question asks for that person."""
NOT_WRITTEN = "不在文件里"
"""What is declined where nothing like it was found."""
TO_VERIFY = "具体能不能，要请社区核实。"
"""What is said to somebody who tells of themselves what no rule asks about."""
SHORT = 6
"""Characters up to which a line that answers nothing is no new question, but an answer unheard."""

_HERE = re.compile(
    r"(?:我们?|俺们?|咱们?|阮|我家|老家)(?:就|家)?(?:是|住|在|这)(?![^，]*(?:做|打工|上班|开|当|卖|读|学))[^，]*"
)
"""Where a caller says they live; a place their children work in is no place they ask about."""
_CHARACTER = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_YEAR = re.compile(r"20\d\d年?|[二两]零一[一-九]年?")
_GOES_ON = re.compile(r"^(?:那.{1,10}呢?|[^，。吗]{1,6}呢)[？?]?$")
_FOLLOWS = re.compile(r"^(?:那|还有|另外|再问)|呢[？?]?$|^(?:多少钱|几岁|什么时候|怎么|找谁|在哪)")


class PolicyDesk:
    """Answers questions on policy.

    Args:
        facts: what the documents say.
        index: finds them.
        places: whose documents serve whom.
        vocabulary: how people tell of themselves.
        entitlements: the rules.
        restorer: puts misheard characters right where nothing was found; None leaves them.
        quoter: answers from the operator's own documents, where somebody can search them.
        classifiers: for each place, which of its facts a question asks for.
        choice: whether a fact is the answer.
    """

    def __init__(
        self,
        facts: Sequence[Fact],
        index: Index,
        places: Places,
        vocabulary: Vocabulary,
        entitlements: Entitlements,
        classifiers: Mapping[str, FactClassifier],
        choice: Choice,
        restorer: Restorer | None = None,
        quoter: Quoter | None = None,
    ) -> None:
        self.classifiers, self._choice = classifiers, choice
        self.quoter = quoter
        self._index = index
        self._places = places
        self._vocabulary = vocabulary
        self._entitlements = entitlements
        self._repeats = Repeats(index.words, places, vocabulary)
        self._restorer = restorer
        self._gaps = frozenset(fact.says for fact in facts if fact.gap)
        self._told: dict[str, str] = {}
        for fact in facts:
            if not fact.gap:
                self._told[fact.locality] = self._told.get(fact.locality, "") + fact.says

    def answer(self, question: str, locality: str, topic: Topic | None = None) -> Answer:
        """The answer for a caller's place.

        Args:
            question: as asked.
            locality: the caller's place; empty where unknown.
            topic: of the answer before, for a question that follows.
        """
        text = cues.standard(normalise(question).text)
        follows = topic is not None and (topic.asked or _FOLLOWS.search(text))
        home = (topic.locality if topic and follows else "") or locality
        told = self._told.get(self._places.asked("", home).locality or "", "")
        line = self._core(text, home)
        here = [] if self._places.names(home, text) else _HERE.findall(line.story)
        where = "，".join([line.question, *here])
        asked = self._places.asked(where, home, told)
        last = self._places.asked(line.question.rpartition("，")[2], home, told)
        if last.locality is None:  # named in what is asked at last, beside one that is known
            asked = last
        if asked.locality is None:
            return self._elsewhere(line.question, asked.named, locality)
        place = asked.locality
        return (
            self._interview(text, place, topic)
            or self._entitled(line, place, topic)
            or self._found(line, text, place, topic)
        )

    def _core(self, text: str, home: str) -> Core:
        place = self._places.asked("", home).locality or ""

        def fit(question: str) -> float:
            return self._index.likely(question, (place, NATION))

        heard = self._restored(text) if len(text) > LONG else text
        return core(text, heard, self._index.told, fit)

    def considered(self, question: str, locality: str) -> list[Considered]:
        """The facts that may answer a question that nothing went before, for who learns to choose.

        Args:
            question: as asked.
            locality: a place that has documents.
        """
        text = cues.standard(normalise(question).text)
        line = self._core(text, locality)
        hits = self._heard(cues.plainly(line.question), line.story, locality)
        return self._weighed(line, text, locality, hits)

    def schemes(self, question: str, locality: str, topic: Topic | None = None) -> list[Scheme]:
        """What is meant by somebody who wants to apply: named, else spoken of, else all there is.

        Args:
            question: as asked.
            locality: the caller's place.
            topic: what the talk on policy is about.
        """
        text = normalise(question).text
        place = self._places.asked(text, locality).locality
        known = list(self._entitlements.of(place)) if place else []
        named = [one for one in known if any(word in text for word in one.words)]
        spoken = [one for one in known if topic and one.id in topic.schemes]
        return named or spoken or known

    def covering(self, places: Sequence[str], known: Sequence[str]) -> list[str]:
        """Of the places that documents hold for, those in which one of some places lies."""
        found = (one for place in places if place for one in self._places.covering(place, known))
        return list(dict.fromkeys(found))

    def refused(self, scheme: Scheme, topic: Topic | None) -> str:
        """Why somebody cannot have a scheme, by what the talk has told; empty where they may."""
        if topic is None or topic.locality != scheme.source.locality:
            return ""
        verdict = self._entitlements.judge(scheme.id, topic.person, ())
        if verdict.outcome != "not":
            return ""
        return f"按{scheme.source.called}，{sentence(verdict, topic.person)}"

    def _elsewhere(self, text: str, named: str, home: str) -> Answer:
        """The nation's law answers anywhere; else the place is declined by its name."""
        hit = self._best(self._index.search(text, (NATION,), (named,) if named else ()))
        if hit and not hit.fact.gap and hit.covered >= ANYWHERE:
            return self._told_by([hit.fact], Topic(text))
        place = f"{named}的" if named else "您那里的"
        said = f"我手头没有{place}文件，不敢拿别处的来说。"
        other = bool(named) and named != home
        about = named or "地方不明"
        return Answer(said, "declined", about=about, topic=Topic(text), elsewhere=other)

    # from a fact

    def _found(self, line: Core, said: str, locality: str, topic: Topic | None) -> Answer:
        text = cues.plainly(line.question)
        if len(_CHARACTER.findall(text)) < 2:
            return self._declined("", locality, topic or Topic(text, locality))
        hits = self._search(text, locality, story=line.story)
        if topic and topic.locality == locality:
            best = self._best(hits)
            together = partial(self._search, text, locality, topic.question)
            same = self._repeats.facts(said, topic, hits, best.fact if best else None, together)
            if same:
                return self._told_by(same, topic)
        before = self._before(text, locality, topic, hits)
        if before:
            hits = [hit for hit in self._search(text, locality, before) if not hit.fact.gap]
            text = f"{before}，{text}"
            best = self._best(hits)
        else:
            hits = self._heard(text, line.story, locality)
            best = self._chosen(line, said, locality, hits)
        if best is None:
            gap = self._best(hits)
            about = gap.fact.says if gap and gap.fact.gap else _missing(text)
            return self._declined(about, locality, Topic(text, locality))
        also = None if before else self._index.beside(best, hits)
        facts = [best.fact, also] if also else [best.fact]
        return self._told_by(facts, Topic(text, locality))

    def _heard(self, text: str, story: str, locality: str) -> list[Hit]:
        """Facts by how well they fit, misheard characters put right where that fits better."""
        hits = self._search(text, locality, story=story)
        if _well(hits) or (restored := self._restored(text)) == text:
            return hits
        again = self._search(restored, locality, heard=text, story=self._restored(story))
        better = again[0].score > hits[0].score + RESTORED * (not hits[0].fact.gap)
        return again if again[0].fits and better else hits

    def _weighed(self, line: Core, said: str, locality: str, hits: list[Hit]) -> list[Considered]:
        """The facts that may be the answer; `said` is all that was said."""
        whole = self._search(cues.plainly(said), locality) if line.story else hits
        return consider(self._learnt(said, locality), hits, whole)

    def _learnt(self, said: str, locality: str) -> Mapping[str, float]:
        """How much it asks for each fact, misheard characters put right where that asks more."""
        classifier = self.classifiers[locality]
        found = classifier.scores(said)
        if (restored := self._restored(said)) == said:
            return found
        put_right = classifier.scores(restored)
        better = max(put_right.values()) > max(found.values()) + ASKED_MORE
        return put_right if better else found

    def _chosen(self, line: Core, said: str, locality: str, hits: list[Hit]) -> Hit | None:
        """The fact that is the answer; None where none is likely enough.

        Of two that were asked for in one line, or of many that differ by a name and a year, none is
        likely, so words tell where they leave no doubt.
        """
        best, probability = self._choice.best(self._weighed(line, said, locality, hits))
        if probability >= LIKELY:
            return best
        first = self._best(hits)
        if first is None or first.fact.gap:
            return None
        return first if _well(hits) or self._index.beside(first, hits) else None

    def _before(self, text: str, locality: str, topic: Topic | None, hits: Sequence[Hit]) -> str:
        """The question before, where this one goes on from it; else nothing.

        A year or a district that is named now takes the place of the one named before.
        """
        if topic is None or not topic.question or topic.locality != locality:
            return ""
        asks_more = _FOLLOWS.search(text) and (_GOES_ON.search(text) or not self._best(hits))
        lacks_subject = len(text) <= BRIEF and not _well(hits)
        if not asks_more and not lacks_subject:
            return ""
        if hits[0].fact.gap and hits[0].fits and hits[0].covered > GAP_ALONE:
            return ""
        parts = self._places.parts(locality)
        named = cues.read(cues.figures(text), parts)
        before = _YEAR.sub("", topic.question) if named.years else topic.question
        for part in parts if named.parts else ():
            before = before.replace(part, "")
        again = self._best(self._search(text, locality, before))
        alone = self._best(hits)
        if (
            lacks_subject
            and not asks_more
            and alone
            and (again is None or again.score < alone.score - RESTORED)
        ):
            return ""
        return before

    def _restored(self, text: str) -> str:
        return self._restorer.restore(text) if self._restorer else text

    def _search(
        self, text: str, locality: str, context: str = "", heard: str = "", story: str = ""
    ) -> list[Hit]:
        blank, parts = self._places.words(locality), self._places.parts(locality)
        return self._index.search(text, (locality, NATION), blank, parts, context, heard, story)

    def _best(self, hits: Sequence[Hit]) -> Hit | None:
        if not hits:
            return None
        best = hits[0]
        if not best.fits or best.score < SURE:
            return None
        if best.covered < COVERS and best.meant < SAME and not _partly(best):
            return None
        return best if best.fact.gap else _gap_over(best, hits)

    def _told_by(self, facts: Sequence[Fact], topic: Topic) -> Answer:
        said, ids = "".join(fact.says for fact in facts), tuple(fact.id for fact in facts)
        return Answer(
            f"按{facts[0].document.called}，{said}",
            "answered",
            tuple(fact.citation() for fact in facts),
            ids,
            replace(topic, facts=ids),
        )

    def _declined(self, about: str, locality: str, topic: Topic) -> Answer:
        what = f"没有写{about}" if about else "没有写到这个"
        said = f"我手头{locality}的文件里{what}，不敢乱说。"
        return Answer(said, "declined", about=about or NOT_WRITTEN, topic=topic)

    # from the rules

    def _interview(self, text: str, locality: str, topic: Topic | None) -> Answer | None:
        """The answer to what was asked about the person, and what follows from it."""
        if topic is None or topic.asked is None or topic.locality != locality:
            return None
        if claims.AGE_LIMIT.search(text) and asks(text):
            return None  # 多少岁往上才有: that is the rule itself
        if meaning := self._vocabulary.meaning(topic.asked, text):
            return self._explained(meaning, topic)
        who = topic.who or ("" if topic.person else asked_for(text))
        heard = self._vocabulary.heard(text, who)
        given = self._vocabulary.answered(topic.asked, text, who)
        told, unknowable = dict(heard.known), (*topic.unknowable, *sorted(heard.open))
        if given is not None:
            told[topic.asked] = given
        elif not told and not heard.open:
            about_others = heard.named and not asks(text)
            if not about_others and not self._vocabulary.unsure(text) and len(text) > SHORT:
                return None
            unknowable = unknowable if about_others else (*unknowable, topic.asked)
        missed = topic.asked not in told and topic.asked not in unknowable
        if missed and topic.missed:
            missed, unknowable = False, (*unknowable, topic.asked)
        person = {**topic.person, **told}
        schemes = [one for one in self._entitlements.of(locality) if one.id in topic.schemes]
        return self._judged(schemes, person, unknowable, replace(topic, who=who, missed=missed))

    def _explained(self, meaning: str, topic: Topic) -> Answer:
        """What a word means that was asked back for, and the question again."""
        person = topic.person
        verdicts = [
            self._entitlements.judge(one, person, topic.unknowable) for one in topic.schemes
        ]
        ask = self._vocabulary.ask(topic.asked) if topic.asked else ""
        cited = tuple(citations(verdicts, person))
        said, ids = f"{meaning}{ask}", topic.schemes
        return Answer(said, "needs_facts", cited, ids, topic, brief=meaning, ask=ask)

    def _entitled(self, line: Core, locality: str, topic: Topic | None) -> Answer | None:
        schemes, text = self._entitlements.of(locality), line.question
        whole = f"{line.story}，{text}"
        before = topic if topic and topic.locality == locality else Topic()
        who = asked_for(whole, before.who)
        heard = self._vocabulary.heard(whole, who)
        known = before.person if who == before.who else {}
        person = {**known, **heard.known}
        of_them = len(heard.known) >= STORY
        named = [one for one in schemes if any(word in text for word in one.words)]
        if not named and topic and topic.locality == locality:
            named = [one for one in schemes if any(word in topic.question for word in one.words)]
        if (
            not named and of_them
        ):  # named in the story: 养老院的护理补贴领着，还想要上门服务，这能行不
            named = [one for one in schemes if any(word in whole for word in one.words)]
        decided = self._decided(named, person)
        somebody = claims.SOMEBODY.search(text) or (
            (of_them or decided or claims.CLAIMS.search(text)) and claims.SOMEBODY.search(whole)
        )
        if (
            not schemes
            or not somebody
            or not claims.MAY.search(text)
            or claims.NO_CLAIM.search(text)
        ):
            return None
        if claims.OF_A_THING.search(text) and not claims.OR_NOT.search(text):
            return None
        if claims.AGE_LIMIT.search(text) and not decided:
            return None
        rather = RATHER if named else ALONE
        if (
            not claims.CLEAR.search(text)
            and not of_them
            and not decided
            and self._told_well(line, locality, rather)
        ):
            return None
        if not named and not self._of_schemes(line, whole, locality, person):
            return None
        topic = Topic(text, locality, who=who)
        return self._judged(named or schemes, person, tuple(sorted(heard.open)), topic)

    def _of_schemes(
        self, line: Core, said: str, locality: str, person: Mapping[str, bool | int]
    ) -> bool:
        """Whether who names no scheme asks about all there are."""
        if person:
            return re.search(r"享受|资格|符合|服务|补贴|政策|够格", line.question) is not None
        if not claims.QUALIFIES.search(line.question):
            return False
        hits = self._heard(cues.plainly(line.question), line.story, locality)
        return self._chosen(line, said, locality, hits) is None

    def _decided(self, schemes: Sequence[Scheme], person: Mapping[str, bool | int]) -> bool:
        """Whether what was told of a person is enough for the rules of what was named."""
        judge = self._entitlements.judge
        return any(judge(one.id, person, ()).outcome != "check" for one in schemes)

    def _told_well(self, line: Core, locality: str, rather: float) -> bool:
        """Whether a fact, or what no document answers, fits a question that may be a claim."""
        best, *_ = self._search(cues.plainly(line.question), locality, story=line.story)
        return best.fits and best.score >= rather and best.covered >= MOSTLY

    def _judged(
        self,
        schemes: Sequence[Scheme],
        person: Mapping[str, bool | int],
        unknowable: Sequence[str],
        topic: Topic,
    ) -> Answer:
        verdicts = [self._entitlements.judge(one.id, person, unknowable) for one in schemes]
        eligible = [one for one in verdicts if one.outcome == "eligible"]
        open_ones = [one for one in verdicts if one.outcome == "check"]
        others = [one for one in self._entitlements.of(topic.locality) if one not in schemes]
        said = [sentence(one, person) for one in verdicts]
        if not eligible:
            also = (self._entitlements.judge(one.id, person, unknowable) for one in others)
            instead = next((one for one in also if one.outcome == "eligible"), None)
            if instead:
                said.append(f"不过{sentence(instead, person)}")
                verdicts.append(instead)
        question = next((one.question for one in open_ones if one.question), None)
        ask = self._vocabulary.ask(question) if question else ""
        decided = "answered" if not open_ones or eligible else "needs_facts"
        missed = topic.missed and question is not None and question == topic.asked
        # asked once more, but not in the same words: what is known now goes before
        brief = sentence(open_ones[0], person) if missed else _brief(schemes, topic)
        if eligible:
            ask, question = "", None
        elif open_ones and not ask:
            said.append("这几样要请社区核实。")
        return Answer(
            f"按{schemes[0].source.called}，{''.join(said)}{ask}",
            decided,
            tuple(citations(verdicts, person)),
            tuple(one.scheme.id for one in verdicts),
            Topic(
                topic.question,
                topic.locality,
                tuple(one.id for one in schemes),
                dict(person),
                tuple(unknowable),
                question,
                missed,
                topic.who,
            ),
            brief=brief if decided == "needs_facts" else "",
            ask=ask,
        )


def _well(hits: Sequence[Hit]) -> bool:
    """Whether nothing can be misheard: the best fits, and almost all that was asked is known."""
    return bool(hits) and hits[0].fits and hits[0].score >= WELL and hits[0].covered > 1 - UNHEARD


def _partly(hit: Hit) -> bool:
    """Whether a fact covers a little less, and means nearly the same."""
    return hit.covered >= PARTLY and hit.meant >= ALMOST


def _gap_over(best: Hit, hits: Sequence[Hit]) -> Hit:
    """The gap that is nearer in meaning than a fact that shares a few words; else the fact."""
    near = [hit for hit in hits if hit.fits and hit.of_kind and hit.meant >= CLEARLY]
    gaps = [hit for hit in near if hit.fact.gap and hit.covered >= RIVAL * best.covered]
    gap = max(gaps, key=lambda hit: hit.meant, default=best)
    return gap if best.score < WELL and gap.meant > best.meant + NEARER else best


def _missing(text: str) -> str:
    """The kind of thing nobody could tell, in words; empty where the question names none."""
    kinds = cues.read(text).kinds
    return next((about for kind, about in cues.ABOUT.items() if kind in kinds), "")


def _brief(schemes: Sequence[Scheme], topic: Topic) -> str:
    """What is said before the first question; nothing before those that follow."""
    if topic.schemes:
        return ""
    names = "和".join(one.name for one in schemes[:2])
    return f"能不能享受{names}，要看几样，我一样一样问您。"
