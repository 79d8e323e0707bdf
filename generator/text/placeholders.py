"""A course whose texts say its facts: each placeholder replaced by its value, as the language of the texts writes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from gettext import NullTranslations
from types import MappingProxyType
from typing import Any

from blueprint.bind import required_fields
from blueprint.facts import Fact, Percent, Placeholder, Range, facts, filled
from blueprint.model import Course, Language, Markdown
from blueprint.schedule import Schedule
from generator.text.locale import Locale


def with_facts(course: Course, schedule: Schedule, locale: Locale) -> Course:
    """The course with the facts in all its texts; `locale` is that of its labels, whose country the dates follow."""
    known, writes = facts(course, schedule), locale_of_texts(course.file.language, locale)

    def write(placeholder: Placeholder) -> str:
        return placeholder.literal or _written(known.get(placeholder.name), placeholder.forms, writes)

    def read(value: Any) -> Any:
        if isinstance(value, Markdown):
            return filled(value, write)
        if isinstance(value, tuple):
            entries = [(entry, read(entry)) for entry in value]
            if all(old is new for old, new in entries):
                return value
            return tuple(new for old, new in entries if not _fell_silent(old, new))
        if isinstance(value, Mapping):
            table = {key: (entry, read(entry)) for key, entry in value.items()}
            if all(old is new for old, new in table.values()):
                return value
            return MappingProxyType({key: new for key, (old, new) in table.items() if not _fell_silent(old, new)})
        if not dataclasses.is_dataclass(value) or isinstance(value, type):
            return value
        changes = {
            f.name: new for f in dataclasses.fields(value) if (new := read(old := getattr(value, f.name))) is not old
        }
        return dataclasses.replace(value, **changes) if changes else value

    return dataclasses.replace(
        course,
        file=read(course.file),
        registry=read(course.registry),
        rubrics=read(course.rubrics),
        handbook=read(course.handbook),
    )


def _fell_silent(old: Any, new: Any) -> bool:
    """True for an entry of a list or a table of whose texts nothing is left, such as a task about modules without modules."""
    if isinstance(new, Markdown):
        return not new and bool(old)
    if old is new or not dataclasses.is_dataclass(new) or isinstance(new, type):
        return False
    needed = [name for name in required_fields(type(new)) if isinstance(getattr(new, name), Markdown)]
    return bool(needed) and not any(getattr(new, name) for name in needed)


def locale_of_texts(language: Language, labels: Locale) -> Locale:
    """How a course's texts write dates and numbers: in their own language, as the country of the labels does."""
    if labels.spoken.alone == language.alone:
        return labels
    tag = Language(f"{language.alone}-{labels.tag.country}") if labels.tag.country else language
    return Locale(tag, NullTranslations(), tag)


def _written(fact: Fact | None, forms: tuple[str, ...], locale: Locale) -> str:
    """A fact in words; of several forms the one that its number asks for, with the number for each `#`."""
    words = _in_words(fact, locale)
    if not forms or not words:
        return words
    match fact:
        case Percent(value=number) | Range(count=number):
            count: Decimal | int = number
        case int() | Decimal():
            count = fact
        case _:
            count = 0
    form = forms[0] if count == 1 or (len(forms) == 1 and count) else forms[1] if len(forms) > 1 else ""
    return form.replace("#", words)


def _in_words(fact: Fact | None, locale: Locale) -> str:
    match fact:
        case date():
            return locale.day(fact)
        case Percent(value=share):
            return locale.percent(share)
        case Range(first=first, last=last, count=count):
            return "" if not count else f"{first:02}" if first == last else f"{first:02}–{last:02}"
        case int() | Decimal():
            return locale.number(fact)
    return fact or ""
