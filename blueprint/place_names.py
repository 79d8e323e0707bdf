"""Names of places in a content file, as messages call them."""

from __future__ import annotations

from blueprint.problems import quoted

ITEMS = {
    "weeks": "week",
    "sessions": "session",
    "chapters": "chapter",
    "labs": "lab",
    "modules": "module",
    "kits": "kit",
    "drills": "drill",
    "papers": "paper",
    "parts": "part",
    "assignments": "assignment",
    "components": "component",
    "milestones": "milestone",
    "staff": "person",
    "sections": "section",
    "breaks": "break",
    "contacts": "contact",
    "exams": "exam",
    "criteria": "criterion",
    "tracks": "track",
    "samples": "sample",
    "checklist": "checklist item",
    "links": "link",
    "equations": "equation",
    "meetings": "meeting",
    "levels": "level",
    "struggles": "struggle",
    "plan": "step",
    "steps": "step",
    "objectives": "objective",
    "symbols": "symbol",
    "moves": "move",
    "speed": "band",
    "ladder": "rung",
    "escalation": "matter",
    "office_hours": "office hour",
    "outcomes": "outcome",
    "materials": "material",
    "questions": "question",
    "drops": "drop",
    "pass_if": "condition",
}
"""Key of a table or list -> what one of its items is called."""
REGISTERED = {key: ITEMS[key] for key in ("chapters", "labs", "modules", "kits", "drills", "papers")}
"""Those of a registry."""
_LISTS = {
    "meetings",
    "levels",
    "struggles",
    "plan",
    "steps",
    "objectives",
    "symbols",
    "moves",
    "speed",
    "ladder",
    "escalation",
    "office_hours",
    "outcomes",
    "materials",
    "questions",
    "pass_if",
}
"""Keys of lists, whose items are counted from 1; the items of tables go by their key."""
_LISTS_BELOW = {"labs", "modules", "kits", "drills", "papers"}
"""At the top of a file these are tables of a registry, further down lists of a week."""


def place_name(path: tuple[str, ...]) -> str:
    """The place a path leads to, as its author thinks of it: `week 2, session 1: title` rather than `weeks[1].sessions[0].title`."""
    if not path:
        return "this file"
    words: list[str] = []
    i = 0
    while i < len(path):
        following = path[i + 1] if i + 1 < len(path) else ""
        if path[i] in ITEMS and following:
            listed = following.isdecimal() and (path[i] in _LISTS or (i > 0 and path[i] in _LISTS_BELOW))
            number = str(int(following) + 1) if listed else following
            words.append(f"{ITEMS[path[i]]} {number if number.isdecimal() else quoted(number)}")
            i += 2
        else:
            words.append(f"item {int(path[i]) + 1}" if i and path[i].isdecimal() else quoted(path[i]))
            i += 1
    return ", ".join(words)
