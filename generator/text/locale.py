"""Words and dates as a reader's country writes them: what Blueprint adds to a course's own text.

The words are in gettext catalogs, one file a language (`labels/de.po`), with the English words as their ids; a course may
bring a file of its own. Dates, times and numbers follow the Unicode locale data that Babel holds. The language of the
words and the language of a course's text are two things: an English course in Berlin has German dates and headings.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePath
from string import Formatter
from typing import TYPE_CHECKING, Literal

from blueprint.model import ENGLISH, Language, Offering, PaperSize
from blueprint.problems import Problem, quoted

if TYPE_CHECKING:
    import babel

    from blueprint.load import Loaded

_LETTER_COUNTRIES = frozenset(["US", "CA", "MX", "PH", "PR", "CL", "CO", "CR", "GT", "NI", "PA", "SV", "VE"])
"""Where paper is US Letter; everywhere else it is A4 (CLDR, `paperSize`)."""
_SPACES = str.maketrans({"\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}", "\N{THIN SPACE}": ""})
"""Spaces that few fonts have. Around the dash of a range no space is needed."""


@dataclass(frozen=True, slots=True)
class Locale:
    """The labels of one language, and how one country writes dates, times and numbers."""

    tag: Language = ENGLISH
    words: NullTranslations = field(default_factory=NullTranslations, compare=False)
    spoken: Language = ENGLISH
    """The language the labels are really in: English where there is no catalog."""

    # --- words ---

    def label(self, message: str, **values: object) -> str:
        """A label by its English words, with values for the names in braces.

        >>> Locale().label("{a} and {b}", a=1, b=2)
        '1 and 2'
        """
        return self.words.gettext(message).format(**values)

    def word(self, text: str) -> str:
        """A word of the course's own that Blueprint may know in other languages, such as a role; else as it is."""
        return self.words.gettext(text) if text else text

    def counted(self, one: str, many: str, count: Decimal | int) -> str:
        """A label with a number in it, in the form that the number asks for; `{count}` is the number.

        >>> Locale().counted("{count} week", "{count} weeks", 1)
        '1 week'
        """
        return self.form(one, many, count).format(count=self.number(count))

    def form(self, one: str, many: str, count: Decimal | int) -> str:
        """The form of a label that a number asks for: of a fraction the plural, as gettext knows whole numbers only."""
        return self.words.ngettext(one, many, int(count) if count == int(count) else 2)

    # --- dates and times ---

    def day(self, value: date) -> str:
        """A date in words, without its year: `Monday, September 7`."""
        pattern = self._skeleton("MMMEd").replace("EEEE", "E").replace("E", "EEEE").replace("MMM", "MMMM")
        return self._date(value, pattern)

    def dated(self, value: date) -> str:
        """A date without the day of its week: `September 7, 2026`."""
        return self._date(value, "long")

    def short_day(self, value: date) -> str:
        """A date in short, which a line break does not split: `Mon, Sep 7`."""
        return self._date(value, self._skeleton("MMMEd")).replace(" ", "\N{NO-BREAK SPACE}")

    def month_day(self, value: date) -> str:
        """A date in short, without the day of its week: `Sep 7`."""
        return self._date(value, self._skeleton("MMMd")).replace(" ", "\N{NO-BREAK SPACE}")

    def days(self, first: date, last: date) -> str:
        """Several days, or one: `Nov 25–29`."""
        from babel.dates import format_interval

        if first == last:
            return self.month_day(first)
        return _tidy(format_interval(first, last, "MMMd", locale=self._babel))

    def weekday(self, number: int) -> str:
        """The name of a day of the week; Monday is 0."""
        return str(self._babel.days["stand-alone"]["wide"][number])

    def short_weekday(self, value: date) -> str:
        """The day of the week of a date, in short: `Mon`."""
        return str(self._babel.days["format"]["abbreviated"][value.weekday()])

    def months(self) -> list[tuple[int, str]]:
        """The months' numbers, each with its name."""
        return list(self._babel.months["format"]["wide"].items())

    def clock(self, value: time | datetime) -> str:
        """A time of day: `9:30 AM`, `09:30`."""
        from babel.dates import format_time

        return _tidy(format_time(_wall(value), "short", locale=self._babel)).replace(" ", "\N{NO-BREAK SPACE}")

    def clocks(self, start: time | datetime, end: time | datetime) -> str:
        """From one time of day to another: `9:30–10:45 AM`, `09:30–10:45`."""
        from babel.dates import format_interval

        if not self.twelve_hours:
            return f"{self.clock(start)}–{self.clock(end)}"
        text = _tidy(format_interval(_wall(start), _wall(end), "hm", locale=self._babel))
        return text.replace(" ", "\N{NO-BREAK SPACE}")

    @property
    def twelve_hours(self) -> bool:
        """True where the clock starts again at noon."""
        return "a" in str(self._babel.time_formats["short"])

    # --- numbers ---

    def number(self, value: Decimal | int) -> str:
        """A number with the decimal sign of the country, and every digit it has: `4.375`."""
        from babel.numbers import format_decimal

        return _tidy(format_decimal(value, locale=self._babel, decimal_quantization=False))

    def percent(self, value: Decimal | int) -> str:
        """A share given in percent: `35%`, `4,375 %`."""
        from babel.numbers import format_percent

        text = format_percent(Decimal(value) / 100, locale=self._babel, decimal_quantization=False)
        return _tidy(text)

    # --- pages ---

    @property
    def paper(self) -> PaperSize:
        """The paper of the country."""
        return "us-letter" if (_babel(self.tag).territory or "US") in _LETTER_COUNTRIES else "a4"

    def paper_of(self, offering: Offering) -> PaperSize:
        """The paper of an offering: the one it asks for, else the country's."""
        return offering.paper or self.paper

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """The direction in which the labels' language is written."""
        return direction(self.spoken)

    @property
    def _babel(self) -> babel.Locale:
        """The locale data of the labels' language: English as the country writes it where labels stay English."""
        return _babel(self.tag if self.spoken.alone == self.tag.alone else Language(f"en-{self.tag.country or '150'}"))

    def _skeleton(self, name: str) -> str:
        return str(self._babel.datetime_skeletons[name])

    def _date(self, value: date, pattern: str) -> str:
        from babel.dates import format_date

        return _tidy(format_date(value, pattern, locale=self._babel))


def N_(word: str) -> str:
    """Marks a word for the catalogs that is looked up elsewhere (gettext's own name for it)."""
    return word


KNOWN = (
    N_("instructor"),
    N_("lecturer"),
    N_("head TA"),
    N_("TA"),
    N_("lecture"),
    N_("studio"),
    N_("paper discussion"),
    N_("review"),
    N_("exam"),
    N_("seminar"),
    N_("Late work"),
    N_("Working together"),
    N_("Using AI tools"),
    N_("Academic integrity"),
    N_("Access for everyone"),
)
"""Roles, kinds of sessions and policies that every course knows by an English word; a course may have words of its own."""
AMERICAN = Locale()
"""How labels, dates and numbers are written where no course says otherwise."""


def direction(language: Language) -> Literal["ltr", "rtl"]:
    """The direction in which a language is written."""
    return "rtl" if _babel(language).text_direction == "rtl" else "ltr"


def make_locale(tag: Language, catalog: Path | None = None) -> Locale:
    """The locale of a tag, with the labels that ship for its language, or with those of a catalog.

    Where no catalog ships, labels are English; raises `ValueError` for a catalog that cannot be read.
    """
    if catalog is not None:
        return Locale(tag, _translations(catalog.read_bytes()), tag)
    if shipped := _shipped(tag):
        return Locale(tag, _translations(shipped.read_bytes()), tag)
    return Locale(tag, NullTranslations(), tag if tag.alone == "en" else ENGLISH)


def labels_of_texts(language: Language, labels: Locale) -> Locale:
    """The labels that stand among a course's texts, as on slides: in the language of the texts, English where it has none."""
    return labels if labels.spoken.alone == language.alone else make_locale(language)


def _shipped(tag: Language) -> Traversable | None:
    """The catalog that ships for a language and country, or for the language."""
    folder = files("generator.text") / "labels"
    catalogs = (folder / f"{name}.po" for name in (tag.replace("-", "_"), tag.alone))
    return next((catalog for catalog in catalogs if catalog.is_file()), None)


def locale_of(loaded: Loaded) -> Locale:
    """How an offering writes labels, dates and numbers."""
    file = loaded.course.file
    return make_locale(file.locale or file.language, loaded.beside(file.labels))


def locale_problems(loaded: Loaded) -> Iterator[Problem]:
    """What is wrong with a course's language, locale and labels."""
    file, at = loaded.course.file, loaded.at
    if at.is_broken("language") or at.is_broken("locale") or at.is_broken("labels"):
        return
    yield from _catalog_problems(loaded)
    for key, tag in (("language", file.language), ("locale", file.locale)):
        if tag and tag.country and tag.country not in _babel(ENGLISH).territories:
            hint = f"did you mean `{tag.alone}-GB`?" if tag.country == "UK" else "write the two letters of ISO 3166"
            yield Problem(at.value(key), f"there is no country {quoted(tag.country)}", hint)
    said = at.values.get(("language",))
    if said is not None and said.file not in (at.value("description").file, at.value("title").file):
        yield Problem(
            said,
            f"this says what language the texts are in, which stand in {quoted(PurePath(at.value('description').file).name)}",
            f"for labels, dates and paper of your country write `locale: {file.language}`, and leave `language` to the texts",
            "warning",
        )


def _catalog_problems(loaded: Loaded) -> Iterator[Problem]:
    file, at = loaded.course.file, loaded.at
    tag = file.locale or file.language
    if file.labels is None:
        if tag.alone != "en" and _shipped(tag) is None:
            yield Problem(
                at.value("locale" if file.locale else "language"),
                f"words that Blueprint adds stay English: none ship for `{tag.alone}`",
                "give your own in a gettext catalog, `labels: words.po`; docs/translations.md says how",
                "warning",
            )
        return
    path = loaded.beside(file.labels)
    if path is None:
        yield Problem(
            at.value("labels"),
            f"there is no file {quoted(file.labels)} beside this one",
            "give its path from this file's folder",
        )
        return
    try:
        _translations(path.read_bytes())
    except ValueError as error:
        yield Problem(
            at.value("labels"),
            f"{quoted(file.labels)} is no gettext catalog that can be used: {error}",
            "mend it there",
        )


def fields(message: str) -> frozenset[str]:
    """The names in braces of a label."""
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)


@functools.cache
def _translations(catalog: bytes) -> NullTranslations:
    """What gettext makes of a catalog; what is not translated, or only guessed, stays English."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        read = read_po(io.StringIO(catalog.decode("utf-8-sig")), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(str(error)) from None
    for message in list(read):
        if message.id and message.string and not _fits(message.id, message.string):
            raise ValueError(f"{message.id!r} and its translation name other values in braces")
    binary = io.BytesIO()
    write_mo(binary, read)
    binary.seek(0)
    return GNUTranslations(binary)


def _fits(ids: object, strings: object) -> bool:
    """False if a translation names a value that its label does not give, or loses one."""
    spoken = [ids] if isinstance(ids, str) else list(_texts(ids))
    given = frozenset[str]().union(*(fields(text) for text in spoken))
    said = [strings] if isinstance(strings, str) else list(_texts(strings))
    return all(fields(text) <= given and (len(spoken) > 1 or fields(text) == given) for text in said if text)


def _texts(several: object) -> Iterable[str]:
    return several if isinstance(several, (tuple, list)) else ()


@functools.cache
def _babel(tag: Language) -> babel.Locale:
    """The locale data of a tag; of its language alone, or of English in Europe, where the world's data lack it."""
    import babel

    for name in (tag, tag.alone):
        try:
            return babel.Locale.parse(name, sep="-")
        except (babel.UnknownLocaleError, ValueError):
            continue
    return babel.Locale.parse("en_150")


def _tidy(text: str) -> str:
    """Text with the spaces that fonts have, and with no space around the dash of a range."""
    return text.translate(_SPACES).replace(" – ", "–")


def _wall(value: time | datetime) -> time:
    return value.timetz().replace(tzinfo=None) if isinstance(value, datetime) else value
