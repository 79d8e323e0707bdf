"""Dates and times as people and spreadsheets write them, read right or not at all.

`2026-10-20 23:59` is what everybody should write. A spreadsheet makes of it what its country writes: `20.10.2026` has the
day first, and `10/20/2026` can only be October. `10/11/2026` can be two days, and so is none. Platforms write months by
their names, which are read in English: `Monday, 7 September 2026, 12:05 AM`, `Sep 7, 2026 at 12:05am`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_DAY_AND_MONTH = re.compile(rf"(\d{{1,2}})[ -]{_MONTH}\.?[ -](\d{{4}})\b", re.IGNORECASE)
_MONTH_AND_DAY = re.compile(rf"{_MONTH}\.? (\d{{1,2}}),? (\d{{4}})\b", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"(?:mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?,? ",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
_ZONE = re.compile(r"\s*(?:(Z|UTC)|([+-])(\d\d):?(\d\d))", re.IGNORECASE)
WRITE = "write year-month-day and the time, such as 2026-10-20 23:59"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(d|day|days|h|hour|hours|min|minute|minutes)", re.IGNORECASE)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def moment(text: str, zone: ZoneInfo, clock: time | None = None) -> datetime:
    """The moment a text tells, in the course's zone unless it names another; `clock` is the time where it has a date alone.

    Raises ValueError with a sentence on what is wrong.
    """
    words = re.sub(r"(?<=\d)T(?=\d)", " ", " ".join(text.split()))
    day, rest = _date(words)
    rest = rest.lstrip(" ,").removeprefix("at ")
    if not rest:
        if clock is None:
            raise ValueError("has no time of day")
        return datetime.combine(day, clock, zone)
    match = _CLOCK.match(rest)
    if match is None:
        raise ValueError("is no date and time")
    offset = rest[match.end() :]
    named = _ZONE.fullmatch(offset)
    if offset.strip() and named is None:
        raise ValueError("is no date and time")
    try:
        told = datetime.combine(day, _clock(match), zone)
    except ValueError:
        raise ValueError("names a time that no clock shows") from None
    if named is None:
        return told
    sign = -1 if named[2] == "-" else 1
    ahead = timedelta(0) if named[1] else sign * timedelta(hours=int(named[3]), minutes=int(named[4]))
    return (told.replace(tzinfo=UTC) - ahead).astimezone(zone)


def _date(words: str) -> tuple[date, str]:
    """The date a text begins with, and what follows it."""
    if match := _ISO.match(words):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DOTTED.match(words):
        day, month, year = (int(part) for part in match.groups())
    elif match := _SLASHED.match(words):
        first, second, year = (int(part) for part in match.groups())
        if first <= 12 and second <= 12 and first != second:
            raise ValueError("can be two days: the month may stand first or second")
        month, day = (first, second) if first <= 12 else (second, first)
    elif match := _DAY_AND_MONTH.match(words, _behind_weekday(words)):
        day, month, year = int(match[1]), _month(match[2]), int(match[3])
    elif match := _MONTH_AND_DAY.match(words, _behind_weekday(words)):
        month, day, year = _month(match[1]), int(match[2]), int(match[3])
    else:
        raise ValueError("is no date")
    try:
        return date(year, month, day), words[match.end() :]
    except ValueError:
        raise ValueError("is no day of the calendar") from None


def _behind_weekday(words: str) -> int:
    """Where the date begins that may have its weekday in front; platforms write that, and it is not looked at."""
    match = _WEEKDAY.match(words)
    return match.end() if match else 0


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _clock(match: re.Match[str]) -> time:
    """The time of day of a match; raises ValueError for one that no clock shows."""
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if match[4][0] in "pP" else 0)
    return time(hour, minute, second)


def duration(text: str) -> timedelta:
    """A length of time, such as `2 days` or `36 hours`; raises ValueError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError("is no length of time")
    return float(match[1]) * _UNITS[match[2][0].lower()]
