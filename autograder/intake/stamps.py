"""Times as platforms write them: in records with a zone, in names of files in the words of the site's language."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from collections.abc import Iterator, Sequence
from datetime import datetime

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(?:[ \t]*(Z|UTC|[+-]\d\d:?\d\d)| +([\w+-]+(?:/[\w+-]+)*))?"
)


def parse_time(text: str) -> datetime | None:
    """The time in a text as platforms write it: `2026-03-02 21:14:05.000000 America/Chicago`, `... UTC`, or with an offset.

    Without a zone it has none. None for what is no time, or in a zone that is not known here.
    """
    match = _TIME.fullmatch(text.strip()[:100])
    if not match:
        return None
    day, clock, fraction, offset, zone = match.groups()
    try:
        when = datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7].ljust(7, '0') if fraction else ''}")
        if offset:
            return datetime.fromisoformat(when.isoformat() + ("+00:00" if offset in ("Z", "UTC") else offset))
        return when.replace(tzinfo=zoneinfo.ZoneInfo(zone)) if zone else when
    except (ValueError, OSError, LookupError):
        return None


def time_in(record: bytes) -> datetime | None:
    """The time that is all of a record's text, such as nbgrader's `timestamp.txt`; None where it is no time."""
    return parse_time(record.decode("utf-8", "replace"))


def time_in_digits(text: str) -> datetime | None:
    """The time in six numbers with dashes between, `2026-03-02-21-14-05`; None where no calendar has it."""
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None


# Words ------------------------------------------------------------------------------------------------------------

_MONTH_NAMES = (
    "january february march april may june july august september october november december",
    "januari februari maart april mei juni juli augustus september oktober november december",  # Dutch
    "januar februar märz april mai juni juli august september oktober november dezember",  # German
    "jänner feber maerz",  # in Austria
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",  # French
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",  # Spanish
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",  # Italian
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",  # Portuguese
    "januari februari mars april maj juni juli augusti september oktober november december",  # Swedish
    "januar februar marts april maj juni juli august september oktober november december",  # Danish
    "januar februar mars april mai juni juli august september oktober november desember",  # Norwegian
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",  # Polish
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",  # Turkish
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",  # Catalan
)
_FILLERS = "a às at d de del den der kl klo le of om st nd rd th the u uhr um uur o à 年 月 日 년 월 일"
"""What may stand between the numbers of a date and says nothing."""
_HALVES = {
    word: half for half, words in enumerate(("am 上午 午前 오전", "pm 下午 午後 오후")) for word in words.split()
}
LONGEST = 60
"""Longer texts are no times."""


def _plain(word: str) -> str:
    """A word in small letters without accents, which not every system keeps."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def _months() -> dict[str, int]:
    """The number of each month by its names and by each beginning of three letters or more that is of one month only."""
    months: dict[str, set[int]] = {}
    for language in _MONTH_NAMES:
        for number, name in enumerate(language.split(), 1):
            for length in range(3, len(name) + 1):
                months.setdefault(_plain(name)[:length], set()).add(number)
    return {word: numbers.pop() for word, numbers in months.items() if len(numbers) == 1}


_MONTHS = _months()


def time_in_words(text: str) -> datetime | None:
    """The time to the minute in a text such as `Mar 2, 2026 9:14 PM`, `2 maart 2026 2114` or `02-03-2026 21.14`.

    Of two numbers that may be day or month the first is the day: where it is the month, months are written as words.
    None for everything else: what a name holds beside a time is no part of one.
    """
    if len(text) > LONGEST:
        return None
    tokens = re.findall(r"\d+|[^\W\d_]+", re.sub(r"(?i)\b([ap])\.? ?m\b\.?", r"\1m", text.casefold()))
    words = [
        token for token in tokens if not token[0].isdigit() and token not in _FILLERS.split() and _plain(token) != "h"
    ]
    numbers = [token for token in tokens if token[0].isdigit()]
    halves = [_HALVES[word] for word in words if word in _HALVES]
    named = [_MONTHS.get(_plain(word), 0) for word in words if word not in _HALVES]
    if len(halves) > 1 or len(named) > 1 or 0 in named or not re.match(r"\W*(?:\d|[^\W\d_]+[. ]+\d)", text):
        return None
    return next((when for when in _readings(numbers, named, halves)), None)


def _readings(numbers: Sequence[str], named: Sequence[int], halves: Sequence[int]) -> Iterator[datetime]:
    """The times that numbers can be, with the month if a word names one, and the half of the day."""
    count = 2 if named else 3
    date, clock = list(numbers[:count]), list(numbers[count:])
    if len(date) < count or len(clock) not in (1, 2, 3):
        return
    year = date.pop(0) if len(date[0]) == 4 else date.pop()
    if len(clock) == 1 and len(clock[0]) in (3, 4, 5, 6):  # `914`, `2114`, `211405`
        digits = clock[0].zfill(len(clock[0]) + len(clock[0]) % 2)
        clock = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    elif len(clock) == 1 and not halves:
        return
    first_year = len(numbers[0]) == 4
    if named:
        dates = [(date[0], str(named[0]))]
    else:
        dates = [(date[1], date[0])] if first_year else [(date[0], date[1]), (date[1], date[0])]
    hour, minute, *_ = *map(int, clock), 0
    if halves:
        hour = hour % 12 + 12 * halves[0] if 1 <= hour <= 12 else 99
    for day, month in dates:
        try:
            if len(year) == 4:
                yield datetime(int(year), int(month), int(day), hour, minute)
        except ValueError:
            continue
