"""When something is wanted, as elders say it.

`parse_when` turns one thing said into a `When`, or None where it says no time. The way there:

    hearing    text -> text        (misspelt words of time by their sound; spelling.py: numbers)
    scanner    text -> tokens      (words.py: times.tsv and festivals.tsv of the lexicon; numbers)
    grammar    tokens -> mentions  (rules in relative_rules, date_rules, feast_rules, clock_rules,
               repeat_rules)
    joining    mentions that belong together become one (apposing.py: names of one day;
               stretches.py: from one to another; weekdays.py: weekdays told together;
               leaps.py: leap months;
               completing.py: what was left open or is named again)
    refusals   which mentions are turned down or only told (present.py: of the moment of the call)
    wavering   where two days or hours stand side by side and no word chooses one
    choose     which of the others is the wish (weighing.py; repeats.py: recurrences); where two
               days are near, what was learnt decides (likelihood.py, learn_likelihood.py)
    resolve    what was said -> days (calendars.py); moment.py: hours; recurrence.py: RRULEs
    accounting that no word of time was passed over: what nothing explains is asked about
    wishing    lines that only tell or complain, by what was learnt (learn_wishing.py)
    contradictions  days that cannot all be right, days for the case that others fail
    doubts     stories, complaints, conditions: what is no wish or is asked about
    hedges     days named but left open: from one on, weather permitting, one or its neighbour
    parser     all of it in order, with the checks that make Anban ask back
"""

from bot.understanding.times.model import When
from bot.understanding.times.parser import clock_times, parse_when

__all__ = ["When", "clock_times", "parse_when"]
