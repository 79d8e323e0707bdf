"""Facts that a text repeats in words: a date, a number of weeks or modules, a percentage of the grade.

They are right until the term, a weight or the weeks change, and nothing tells then. So each is a warning, one for a text,
with the placeholder that says the same from the data. A date is always told; numbers and percentages only where they
are those of the course, for texts about machine learning are full of others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from blueprint.bind import Path
from blueprint.check.leaves import texts
from blueprint.facts import Percent, Range, facts, placeholders
from blueprint.load import Loaded
from blueprint.model import Markdown
from blueprint.paths import shipped_content, shown
from blueprint.places import place_of
from blueprint.problems import Mark, Problem, quoted
from blueprint.schedule import make_schedule
from generator.text.locale import Locale, locale_of
from generator.text.placeholders import locale_of_texts

_NUMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": (
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ),
        "de": (
            "ein",
            "zwei",
            "drei",
            "vier",
            "fünf",
            "sechs",
            "sieben",
            "acht",
            "neun",
            "zehn",
            "elf",
            "zwölf",
            "dreizehn",
            "vierzehn",
            "fünfzehn",
            "sechzehn",
        ),
    }
)
"""Language -> its words for 1, 2, 3, …; in other languages numbers are found by their digits."""
_NOUNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType({key: key for key in ("weeks", "components", "chapters", "labs", "modules")}),
        "de": MappingProxyType(
            {
                "wochen": "weeks",
                "bestandteile": "components",
                "komponenten": "components",
                "kapitel": "chapters",
                "module": "modules",
                "labore": "labs",
            }
        ),
    }
)
"""Language -> what a course has several of, by its noun, as the names of facts call it."""
_RULES = ("description", "materials", "grading", "policies", "announcements")
"""Keys of texts about the course itself, where a percentage is one of its own."""
_DATES = ("due", "exams", "term", "classes", "released", "mondays")
"""Kinds of facts that are days, in the order in which a text is likely to mean them."""
_TO = r"(?:\s*[–-]\s*|\s+(?:to|through|bis)\s+)"


class _Repeated(NamedTuple):
    """Words that repeat a fact, and what to write in their place; empty where no fact is so."""

    words: str
    instead: str
    what: str


def facts_in_prose(loaded: Loaded) -> Iterator[Problem]:
    """A warning for each text of the course's own files that repeats a fact in words; the course has no error."""
    shipped = shipped_content()
    ours = {shown(path) for path in loaded.files if path.is_relative_to(shipped)}
    theirs = set() if loaded.files[0].is_relative_to(shipped) else ours
    finder = _Finder(loaded)
    for bound, at in loaded.bound():
        for path, text in texts(bound):
            place = at.value(*path)
            prose = isinstance(text, Markdown) and path[-1] not in ("title", "subtitle") and place.file not in theirs
            if prose and (found := finder.first(path, text)):
                yield _problem(found, place_of(found.words.partition("\n")[0], place))


def _braced(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _problem(found: _Repeated, place: Mark) -> Problem:
    says = f"write `{found.instead}`" if found.instead else "write the placeholder of what it is"
    return Problem(
        place,
        f"{quoted(found.words)} is {found.what} in words, which stays as it is when the course changes",
        f'{says} (docs/course-files.md), or `{{{{ "{" ".join(found.words.split())}" }}}}` if it is meant so',
        "warning",
    )


_Way: TypeAlias = Callable[[Path, str], Iterator[_Repeated]]


class _Finder:
    """What the facts of one course look like in words."""

    def __init__(self, loaded: Loaded) -> None:
        self.course = loaded.course
        file = self.course.file
        offering = file.offering
        schedule = make_schedule(self.course) if offering else None
        self.facts = facts(self.course, schedule)
        self.years = {offering.start.year, offering.end.year} if offering else set()
        dated = ((value, name) for name, value in self.facts.items() if isinstance(value, date))
        self.dates = dict(sorted(dated, key=_likely, reverse=True))
        language = file.language.alone
        numbers = _NUMBERS.get(language, ())
        self.numbers = {word: number for number, word in enumerate(numbers, 1)}
        self.nouns = {noun: f"counts.{what}" for noun, what in _NOUNS.get(language, _NOUNS["en"]).items()}
        for key, component in file.grading.components.items():
            if ":" not in component.title and component.count > 1:
                self.nouns.setdefault(component.title.split()[-1].lower(), f"pieces.{key}")
        number = "|".join([r"\d+", *(word for word in numbers if word not in ("one", "ein"))])
        noun = "|".join(map(re.escape, self.nouns))
        self.count = re.compile(rf"\b({number})((?:\s+[^\W\d]+)?)\s+({noun})\b", re.IGNORECASE)
        self.range = re.compile(rf"\b({noun})\s+(\d+){_TO}(\d+)\b", re.IGNORECASE)
        self.percent = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s?(?:%|percent\b|Prozent\b)")
        self.day, self.months = _days(locale_of_texts(file.language, locale_of(loaded)))
        self.ways: dict[tuple[str, ...], tuple[_Way, ...]] = {
            tuple(self.months): (self._dates,),
            tuple(self.nouns): (self._counts, self._ranges),
            ("%", "percent", "prozent"): (self._shares,),
        }
        """Words of which one must stand in a text -> what is then looked for in it; the surest first."""

    def first(self, path: Path, text: str) -> _Repeated | None:
        """The first fact that a text repeats; None where it repeats none."""
        bare = text
        for inside, _ in placeholders(text):
            bare = bare.replace("{{" + inside + "}}", " " * (len(inside) + 4))
        lowered = bare.lower()
        for words, ways in self.ways.items():
            if any(word in lowered for word in words):  # a pattern takes a hundred times as long
                for way in ways:
                    if found := next(way(path, bare), None):
                        return found
        return None

    def _dates(self, _: Path, text: str) -> Iterator[_Repeated]:
        for match in self.day.finditer(text):
            month = self.months[(match["after"] or match["before"]).lower()]
            number = int(match["number"] or match["first"])
            year = int(match["year"]) if match["year"] else None
            if year is not None and year not in self.years:
                continue
            found = [day for day in self.dates if (day.month, day.day) == (month, number)]
            yield _Repeated(match[0], _braced(self.dates[found[0]]) if found else "", "a date")

    def _counts(self, _: Path, text: str) -> Iterator[_Repeated]:
        for match in self.count.finditer(text):
            number = self.numbers.get(match[1].lower()) or int(match[1])
            name = self.nouns[match[3].lower()]
            if number > 1 and number == self.facts.get(name):
                yield _Repeated(match[0], f"{_braced(name)}{match[2]} {match[3]}", "a number of the course")

    def _ranges(self, _: Path, text: str) -> Iterator[_Repeated]:
        for match in self.range.finditer(text):
            what = f"range.{self.nouns[match[1].lower()].partition('.')[2]}"
            fact = self.facts.get(what)
            if isinstance(fact, Range) and (fact.first, fact.last) == (int(match[2]), int(match[3])):
                yield _Repeated(match[0], f"{match[1]} {_braced(what)}", "a number of the course")

    def _shares(self, path: Path, text: str) -> Iterator[_Repeated]:
        for match in self.percent.finditer(text):
            share = Decimal(match[1].replace(",", "."))
            for name, fact in self.facts.items():
                if isinstance(fact, Percent) and fact.value == share and self._is_about(name, path, text, match):
                    yield _Repeated(match[0], _braced(name), "a percentage of the course")

    def _is_about(self, name: str, path: Path, text: str, match: re.Match[str]) -> bool:
        """True if a percentage stands in a rule of the course that the fact belongs to, or beside the name of its component."""
        kind, _, key = name.partition(".")
        if kind == "late":
            return path[:2] == ("policies", "late")
        if path[:3] == ("grading", "components", key) or (path[0] in _RULES and path[:2] != ("policies", "late")):
            return True
        title = self.course.file.grading.components[key].title
        begins = max(text.rfind(mark, 0, match.start()) for mark in (". ", "! ", "? ", "\n\n"))
        sentence = re.split(r"[.!?]\s", text[begins + 1 :].lstrip(".!? "), maxsplit=1)[0]
        return title.lower() in sentence.lower()


def _likely(dated: tuple[date, str]) -> int:
    """The place of a fact among those that a day in a text may be, the likeliest first."""
    return _DATES.index(dated[1].partition(".")[0])


def _days(locale: Locale) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """A pattern of a day of a month as a language writes it, `December 4` or `4. Dezember`, and the months' numbers."""
    months = {name.lower(): number for number, name in locale.months()}
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    year = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?(?!\d)"
    return re.compile(
        rf"\b(?:(?P<after>{names})\s+(?P<number>[12]?\d|3[01])(?:st|nd|rd|th)?|(?P<first>[12]?\d|3[01])(?:\.|st|nd|rd|th)?\s+(?P<before>{names}))\b{year}",
        re.IGNORECASE,
    ), months
