"""The text of a value -> a number, a date, a time: what each type of field takes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from blueprint.model import ENGLISH, Language, Markdown, Points, Span

MOST_DIGITS = 12
"""More are a typing error in any course, and would take long to add up."""
INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|\d{3}))?", re.ASCII)
_POINTS = re.compile(rf"(\d{{1,{MOST_DIGITS}}}(?:\.\d+)?)(?:\s*[-–]\s*(\d{{1,{MOST_DIGITS}}}(?:\.\d+)?))?", re.ASCII)


def _string(text: str) -> str:
    return text


def _markdown(text: str) -> Markdown:
    return Markdown(text.strip())


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text) or len(text) > MOST_DIGITS:
        raise ValueError(_why_no_number(text, "such as 35"))
    return int(text)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text) or len(text) > MOST_DIGITS:
        raise ValueError(_why_no_number(text, "such as 35 or 12.5"))
    return Decimal(text)


def _why_no_number(text: str, example: str) -> str:
    if zeros := re.fullmatch(r"(-?)0+(\d+(?:\.\d+)?)", text):
        return f"a leading zero means octal to some programs; write {zeros[1]}{zeros[2]}"
    if re.fullmatch(r"-?\d+,\d+", text):
        return "write a decimal point, not a comma"
    if text.endswith("%"):
        return "leave the % away"
    if len(text) > MOST_DIGITS and _NUMBER.fullmatch(text):
        return f"write at most {MOST_DIGITS} digits"
    return f"write digits only, {example}"


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("write true or false")
    return text == "true"


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError("write year-month-day, such as 2026-09-07")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None
    if not 1900 <= day.year < 3000:
        raise ValueError(f"the year {day.year} cannot be meant")
    return day


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError("write hours and minutes of a 24-hour clock, such as 14:05 or 23:59")
    return time(int(match[1]), int(match[2]))


def _language(text: str) -> Language:
    match = _LANGUAGE.fullmatch(text.strip())
    if not match:
        raise ValueError("write its two or three letters, and a country where it matters, such as de or en-US")
    language, script, country = (part or "" for part in match.groups())
    return Language("-".join(filter(None, (language.lower(), script.capitalize(), country.upper()))))


def _points(text: str) -> Points:
    match = _POINTS.fullmatch(text.strip())
    if not match:
        raise ValueError("write a number such as 10, or a range such as 8-10")
    low, high = Decimal(match[1]), Decimal(match[2] or match[1])
    if low > high:
        raise ValueError("write the lower number first")
    return Points(low, high)


SCALARS: dict[Any, tuple[str, Callable[[str], Any]]] = {
    str: ("text", _string),
    Markdown: ("text", _markdown),
    Language: ("a language tag", _language),
    int: ("a whole number", _integer),
    Decimal: ("a number", _number),
    bool: ("true or false", _boolean),
    date: ("a date", _date),
    time: ("a time", _time),
    Points: ("points", _points),
    Span: ("a number, or two: [4, 6]", _number),
}
"""Type -> what it is called in messages, and what reads it; that raises `ValueError` with advice for other text."""

NEUTRAL: dict[Any, object] = {
    str: "",
    Markdown: Markdown(""),
    Language: ENGLISH,
    int: 0,
    Decimal: Decimal(0),
    bool: False,
    date: date(2000, 1, 3),
    time: time(0),
    Points: Points(Decimal(0), Decimal(0)),
    Span: Span(Decimal(0), Decimal(0)),
}
"""Type -> a harmless value, standing in for one that could not be read."""
