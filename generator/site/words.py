"""The labels of the site: words of the course's locale in pages whose text may be in another language.

Where a page may hold an element, a label says its language if it is not the text's (`_`, `ngettext`, the filter `spoken`).
Attributes, the title in a tab and the script take plain text (`label`); an element around plain text carries `labelled`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from html import escape
from string import Formatter
from typing import TYPE_CHECKING, Any

from blueprint.model import Language, Markdown, Points, plain
from generator.site.markdown import line
from generator.text.locale import Locale

if TYPE_CHECKING:
    from markupsafe import Markup

_NUMBERS = 200
"""For so many numbers a page knows the form of a word; no language that gettext knows looks further than at two digits."""

_STOPPED = re.compile(r"\.(?:</\w+>)*$")


def finalize(value: object) -> object:
    """What a template prints for a value: Markdown as HTML, numbers as people write them; the rest is escaped."""
    if value is None:
        return ""
    if isinstance(value, Markdown):
        return markup(line(value))
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, Points) else value


def label(locale: Locale, text: Language, message: str, /, **values: object) -> Markup:
    """A label as HTML in a page whose text is in a language; its values are printed as a template prints them."""
    return _labelled(locale, text, locale.words.gettext(message), values)


def counted(locale: Locale, text: Language, one: str, many: str, count: Decimal | int, /, **values: object) -> Markup:
    """A label as HTML in the form that a number asks for; the number is its `{count}`."""
    return _labelled(locale, text, locale.form(one, many, count), {"count": locale.number(count), **values})


def spoken(locale: Locale, text: Language, words: str) -> Markup:
    """Words that are a label already, as HTML."""
    return _in_element(locale, text, escape(words))


def attributes(locale: Locale, text: Language) -> Markup:
    """The attributes of an element that holds nothing but labels, with a space before them; '' where the text needs none."""
    if locale.spoken.alone == text.alone:
        return markup("")
    return markup(f' lang="{locale.spoken}" dir="{locale.direction}"')


def full_stop(text: object) -> Markup:
    """A text that ends a sentence: an abbreviation at its end has its full stop already."""
    shown = _html(text).rstrip()
    return markup(shown if _STOPPED.search(shown) else f"{shown}.")


def script_words(locale: Locale) -> dict[str, Any]:
    """The labels that the script writes, by the names it knows them by."""
    return {
        "lang": str(locale.spoken),
        "dir": locale.direction,
        "auto": locale.label("Theme: auto"),
        "light": locale.label("Theme: light"),
        "dark": locale.label("Theme: dark"),
        "soon": locale.label("less than an hour left"),
        "hours": forms(locale, "{count} hour left", "{count} hours left"),
        "days": forms(locale, "{count} day left", "{count} days left"),
    }


def search_words(locale: Locale) -> dict[str, Any]:
    """The labels that the script of the search writes; it fills in what stands in braces."""
    return {
        "results": forms(locale, "{count} result", "{count} results"),
        "some": locale.words.gettext("{results}, the first {most} shown"),
        "nothing": locale.words.gettext("Nothing found for “{words}”. Try one word of it."),
    }


def forms(locale: Locale, one: str, many: str) -> dict[str, Any]:
    """The forms of a label, and for each number, by a digit, which of them it asks for."""
    asked = [locale.words.ngettext(one, many, number) for number in range(_NUMBERS)]
    texts = list(dict.fromkeys(asked))
    return {"texts": texts, "of": "".join(str(texts.index(text)) for text in asked)}


def _labelled(locale: Locale, text: Language, words: str, values: Mapping[str, object]) -> Markup:
    shown = ""
    for literal, name, _, _ in Formatter().parse(words):
        # "Mo., 7. Sept." ends a sentence with the stop of its abbreviation
        shown += escape(literal.removeprefix(".") if _STOPPED.search(shown) else literal)
        shown += _html(values[name]).strip() if name else ""
    return _in_element(locale, text, shown)


def _in_element(locale: Locale, text: Language, html: str) -> Markup:
    marks = attributes(locale, text)
    return markup(f"<span{marks}>{html}</span>" if marks and html else html)


def _html(value: object) -> str:
    from markupsafe import escape as escaped

    return str(escaped(finalize(value)))


def markup(text: str) -> Markup:
    """HTML that a template prints as it is."""
    from markupsafe import Markup

    return Markup(text)
