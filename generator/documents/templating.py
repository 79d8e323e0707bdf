"""Jinja2 templates that write Markdown.

Every document is first a Markdown text. In a template, a `Markdown` value is inserted as it is and every other string
is escaped, so that a room called `C*_3` stays one. Tables are made with `table` and `row`, which write nested fenced
divs that `document` turns into real tables; a cell may then hold anything, lists included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any

from blueprint.model import ENGLISH, Language, Markdown, Points, Span, plain
from generator.text.locale import AMERICAN, Locale

if TYPE_CHECKING:
    from jinja2 import Environment

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$@~^\"'&:=])")


def escape(text: str) -> str:
    """Literal text as Markdown that reads back as itself, on one line.

    >>> escape("C*_3 costs $5")
    'C\\\\*\\\\_3 costs \\\\$5'
    """
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text))


def finalize(value: object) -> object:
    """The text a template prints for a value: Markdown as it is, everything else escaped."""
    from markupsafe import Markup

    if value is None:
        return ""
    if isinstance(value, Markup):
        return value
    if isinstance(value, Markdown):
        return Markup(value)
    if isinstance(value, Decimal):
        return Markup(plain(value))
    if isinstance(value, (int, Points)):
        return Markup(str(value))
    return Markup(escape(str(value)))


@cache
def environment() -> Environment:
    """The template environment, made once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("generator.documents", "templates"),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals.update(
        table=table,
        row=row,
        link=link,
        div=div,
        _=in_context(label),
        ngettext=in_context(counted),
        clocks=in_locale(Locale.clocks),
        days_of=in_locale(Locale.days),
    )
    env.filters.update(
        day=in_locale(Locale.day),
        short_day=in_locale(Locale.short_day),
        month_day=in_locale(Locale.month_day),
        clock=in_locale(Locale.clock),
        number=in_locale(Locale.number),
        percent=in_locale(Locale.percent),
        inline=inline,
        one_line=one_line,
        span=span,
        tex=tex,
        display=display,
        bare=bare,
        upper_first=upper_first,
        before_colon=before_colon,
    )
    return env


def render(template: str, *, locale: Locale = AMERICAN, language: Language = ENGLISH, **values: Any) -> str:
    """The Markdown of a template in `generator/documents/templates`: labels as the locale says, around text in a language."""
    text = environment().get_template(template).render(locale=locale, language=language, **values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _markup(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


# --- structure -------------------------------------------------------------------------------------------------


def table(
    *headings: str, widths: str = "", classes: str = "", share: str = "1", row_heads: int = 0, caller: Callable[[], str]
) -> Any:
    """A table around the rows of a `{% call %}` block.

    Widths are shares, as in `"1 3 2"`; the table takes `share` of the line; the first `row_heads` columns head their rows.
    """
    head = row(*(_markup(h) for h in headings), classes="head") if headings else ""
    marks = " ".join(["table", *classes.split()]).replace(" ", " .")
    return _markup(
        f'\n\n::::::: {{.{marks} widths="{widths}" share="{share}" rowheads="{row_heads}"}}\n{head}{caller()}\n:::::::\n\n'
    )


def row(*cells: object, classes: str = "") -> Any:
    """A table row; each cell holds Markdown blocks."""
    inner = "".join(f"\n:::: cell\n{str(finalize(c)).strip()}\n::::\n" for c in cells)
    return _markup(f"\n::::: {{.row {'.' + classes if classes else ''}}}\n{inner}\n:::::\n")


def div(classes: str, caller: Callable[[], str]) -> Any:
    """A block with classes around a `{% call %}` block, such as a callout."""
    marks = " ".join("." + c for c in classes.split())
    fence = ":" * (9 if "sheet" in classes or "columns" in classes else 8 if "column" in classes else 6)
    return _markup(f"\n\n{fence} {{{marks}}}\n\n{str(caller()).strip()}\n\n{fence}\n\n")


def link(text: object, url: str) -> Any:
    """A link, or the text alone where there is no address."""
    shown = str(finalize(text)).strip()
    return _markup(f"[{shown}](<{url}>)" if url else shown)


# --- words and dates -------------------------------------------------------------------------------------------


def label(locale: Locale, text: Language, message: str, /, **values: object) -> Any:
    """A label in the language of a locale; it says so where the text around it is in another one."""
    return _labelled(locale, text, locale.words.gettext(message), values)


def counted(locale: Locale, text: Language, one: str, many: str, count: int, /, **values: object) -> Any:
    """A label in the form that a number asks for; the number is its `{count}`."""
    return _labelled(locale, text, locale.form(one, many, count), {"count": count, **values})


def _labelled(locale: Locale, text: Language, words: str, values: Mapping[str, object]) -> Any:
    parts = (
        escape(literal) + (str(finalize(values[name])).strip() if name else "")
        for literal, name, _, _ in Formatter().parse(words)
    )
    written = "".join(parts)
    if locale.spoken.alone == text.alone:
        return _markup(written)
    return _markup(f'[{written}]{{lang="{locale.spoken}" dir="{locale.direction}"}}')


def in_context(make: Callable[..., Any]) -> Any:
    """A function for templates that gives `make` the locale of a page and the language of its text."""
    from jinja2 import pass_context

    @pass_context
    def called(context: Any, *arguments: Any, **values: Any) -> Any:
        return make(context["locale"], context["language"], *arguments, **values)

    return called


def in_locale(write: Callable[..., str]) -> Any:
    """A filter, or a function for templates, that writes a value or a range as the page's locale does."""
    from jinja2 import pass_context

    @pass_context
    def called(context: Any, *values: Any) -> Any:
        return _markup(write(context["locale"], *values))

    return called


# --- filters ---------------------------------------------------------------------------------------------------


def inline(value: str) -> Any:
    """Markdown of several lines or paragraphs on one line, for a list item or a cell."""
    return _markup(" ".join(str(finalize(value)).split()))


def one_line(value: str) -> str:
    """A text on one line, each run of white space as one blank."""
    return " ".join(value.split())


def bare(value: str) -> Any:
    """Markdown without a full stop at its end, to go on with."""
    return _markup(str(finalize(value)).strip().removesuffix("."))


def before_colon(value: str) -> Any:
    """A title up to its colon: `Decision Log 03` of `Decision Log 03: The Silent Degradation Loop`."""
    return _markup(str(finalize(value)).partition(": ")[0])


def upper_first(value: str) -> Any:
    """Markdown with its first letter in upper case."""
    text = str(finalize(value))
    return _markup(text[:1].upper() + text[1:])


def span(value: Span) -> Any:
    """A span of numbers: `4–6`, or one number."""
    return _markup(plain(value.low) if value.low == value.high else f"{plain(value.low)}–{plain(value.high)}")


def tex(value: str) -> Any:
    """LaTeX as inline math."""
    return _markup(f"${' '.join(value.split())}$")


def display(value: str) -> Any:
    """LaTeX as a displayed equation."""
    return _markup(f"\n\n$$ {' '.join(value.split())} $$\n\n")
