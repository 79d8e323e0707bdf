"""Rules about placeholders in texts: each names a fact that the course has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from blueprint.check.leaves import texts
from blueprint.check.text import without_code
from blueprint.facts import VOCABULARY, Fact, Placeholder, facts, has_open_end, placeholders
from blueprint.load import Loaded
from blueprint.model import Markdown
from blueprint.place_names import place_name
from blueprint.places import place_of
from blueprint.problems import Problem, close_match, quoted, suggestion

_KINDS = tuple(dict.fromkeys(name.partition(".")[0] for name in VOCABULARY))
_UNCOUNTED = ("due", "released", "classes", "mondays", "exams", "term")
"""Kinds of facts that are no number."""
_CUT = "put the whole text in quotation marks: without them ` #` begins a comment"


def placeholders_name_facts(loaded: Loaded) -> Iterator[Problem]:
    """Between `{{` and `}}` stands the name of a fact, or a text in quotation marks."""
    known: Mapping[str, Fact | None] | None = None
    for bound, at in loaded.bound():
        for path, text in texts(bound):
            if "{{" not in text or not isinstance(text, Markdown) or at.is_broken(*path):
                continue
            known = facts(loaded.course, None) if known is None else known
            for written, placeholder in placeholders(text):
                if fault := _fault(placeholder, known, _gaps(loaded)):
                    place = place_of("{{" + written.partition("|")[0].rstrip().partition("\n")[0], at.value(*path))
                    yield Problem(place, *fault)
            if has_open_end(text):
                yield Problem(
                    place_of("{{", at.value(*path)),
                    "a placeholder begins here and does not end",
                    _CUT
                    if "|" in text
                    else "write `}}` behind its name; two braces that are meant so are written `\\{{`",
                )


def placeholders_stand_where_they_are_filled(loaded: Loaded) -> Iterator[Problem]:
    """Only Markdown is filled with facts, and only by `{{ … }}`: elsewhere braces would be printed as they stand."""
    for bound, at in loaded.bound():
        for path, text in texts(bound):
            if "{" not in text or at.is_broken(*path):
                continue
            if not isinstance(text, Markdown) and path[-1] != "tex" and (known := next(placeholders(text), None)):
                yield Problem(
                    place_of("{{", at.value(*path)),
                    f"{quoted(f'{{{{{known[0]}}}}}')} would be printed as it stands: {place_name(path)} takes no placeholders",
                    "write the words themselves",
                )
            elif isinstance(text, Markdown) and "{%" in without_code(text):
                yield Problem(
                    place_of("{%", at.value(*path)),
                    "`{%` would be printed as it stands: a text has placeholders and no commands",
                    "for words that depend on a number write forms, `{{ counts.labs | one lab | # labs }}`",
                )


def _gaps(loaded: Loaded) -> Collection[str]:
    """Kinds of facts of which some may be missing, because what they are taken from is not there or could not be read."""
    tables = {
        "assignments": "due released points",
        "weeks": "classes mondays weeks",
        "grading": "weights shares pieces team teams",
    }
    tables |= {"offering": "exams term", "policies": "late"}
    unread = [kind for table, kinds in tables.items() if loaded.at.is_broken(table) for kind in kinds.split()]
    return unread if loaded.course.file.offering else [*unread, "exams"]


def _fault(placeholder: Placeholder, known: Mapping[str, Fact | None], gaps: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a placeholder and what to write instead; None if nothing is."""
    name = placeholder.name
    kind, dot, _ = name.partition(".")
    if placeholder.literal or kind in gaps:
        return None
    if not name:
        return "a placeholder names nothing", "write a fact, such as `{{ due.log-01 }}`"
    if name not in known:
        if kind in _KINDS and dot:
            of_kind = [other for other in known if other.startswith(f"{kind}.")]
            return f"there is no fact {quoted(name)}", suggestion(name, of_kind, "facts of this kind")
        match = close_match(kind, _KINDS)
        choice = f"did you mean `{match}`?" if match and match != kind else f"facts begin with {', '.join(_KINDS)}"
        return f"there is no fact {quoted(name)}", f"{choice}; docs/course-files.md lists them"
    if len(placeholder.forms) > 2:
        return f"{quoted(name)} has {len(placeholder.forms)} forms", "give it one for 1, and one for any other number"
    value = known[name]
    if placeholder.forms and (kind in _UNCOUNTED or isinstance(value, (date, str))):
        return f"{quoted(name)} is no number, and has no forms", f"write `{{{{ {name} }}}}`"
    return None


RULES = (placeholders_name_facts, placeholders_stand_where_they_are_filled)
