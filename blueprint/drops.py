"""A version of a course: what an offering leaves out of its syllabus, and all that goes with it.

`drops` names weeks, chapters, modules, assignments and says why. It works on node trees, after merging and before
anything is given a meaning, so that what is left is an ordinary course whose values keep their places. What follows from
a drop needs no further line:

- A week goes with its sessions, and with the chapters that no other week reads. Later weeks move up and are counted on.
- A lab goes with its chapter. A lab of a dropped week whose chapter stays, and a module that later ones build on, move on
  to the next week that is left, and the work on them with them; where there is none, they go.
- Work goes with its lab or module; other work goes with the week in which it was due. Where the week in which it was
  given out is dropped, it is given out as many weeks before it is due.
- A component of which no piece is left goes, and the count of the others is of what is left. So do a part without
  weeks, a milestone whose module went, an outcome that no work shows any more, and a rubric that nothing uses. Weights
  are the instructor's to say.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from blueprint.model import Version
from blueprint.place_names import ITEMS, REGISTERED
from blueprint.problems import Mark
from blueprint.yamltree import Mapping as Tree
from blueprint.yamltree import Node, Scalar, Sequence

_IN_A_WEEK = {"read": "chapter", "optional_labs": "lab"} | {
    key: kind for key, kind in REGISTERED.items() if key != "chapters"
}
"""List of a week -> the kind of thing it names."""
_DROPPED = {key: ITEMS[key] for key in ("weeks", "components", "assignments", "milestones")} | REGISTERED
"""List of a drop -> the kind of thing it names."""

Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Versioned:
    """A course's tree without what it drops."""

    tree: Tree
    version: Version


def without_drops(tree: Tree, registry: Tree, names: Names) -> Versioned:
    """A course's tree without what its `drops` name, and without what goes with that. `names` tell aliases."""
    if not _table(tree, "drops").entries:
        return Versioned(tree, Version())
    cut = _Cut(tree, registry, names)
    return Versioned(cut.course(), cut.version())


def handbook_without(node: Tree, version: Version) -> Tree:
    """A handbook's tree whose pages are those of the weeks that now do their labs; without the others."""
    weeks = node.get("weeks")
    if not version.renumbered or not isinstance(weeks, Tree):
        return node
    gone = {key.text for key, _ in weeks if key.text.isdecimal() and int(key.text) not in version.pages}
    return _with(node, "weeks", _renumbered(weeks, version.pages, gone))


class _Cut:
    """What goes from one course, worked out from what it says to drop."""

    def __init__(self, tree: Tree, registry: Tree, names: Names) -> None:
        self.tree, self.registry, self.names = tree, registry, names
        self.named = {key: tuple(self._names_of(drop)) for key, (_, drop) in _table(tree, "drops").entries.items()}
        self.gone = {thing for named in self.named.values() for thing in named}
        weeks = _table(tree, "weeks")
        self.weeks = {int(key.text): week for key, week in weeks if key.text.isdecimal()}
        if all(self._went("week", number) for number in self.weeks):
            self.gone = {(kind, key) for kind, key in self.gone if kind != "week"}  # told; no week is dropped then
        self.kept = sorted(number for number in self.weeks if not self._went("week", number))
        consecutive = sorted(self.weeks) == list(range(1, len(self.weeks) + 1))  # else that is told, and numbers stay
        self.numbers = {old: new if consecutive else old for new, old in enumerate(self.kept, 1)}
        self.moves: dict[tuple[str, str], int] = {}
        """(kind, id) of a lab or module of a dropped week -> the week it moves on to."""
        self._follow_weeks()
        self._follow_work()

    def _names_of(self, drop: Node) -> Iterator[tuple[str, str]]:
        for list_, kind in _DROPPED.items():
            for item in _items(drop.get(list_) if isinstance(drop, Tree) else None):
                yield kind, self._id(kind, item.text)

    def version(self) -> Version:
        left_out = {key: tuple(self._in_words(named)) for key, named in self.named.items()}
        return Version(self.numbers, dict(self._pages()), frozenset(self.gone), left_out)

    # --- what goes with what ---

    def _follow_weeks(self) -> None:
        """The chapters, labs and modules that go with dropped weeks, and those that move on."""
        read = {chapter for number in self.kept for chapter in self._ids(number, "read")}
        for number in self.weeks.keys() - set(self.kept):
            self.gone.update(("chapter", chapter) for chapter in self._ids(number, "read") if chapter not in read)
        for number in self.weeks.keys() - set(self.kept):
            for list_ in ("labs", "optional_labs", "modules"):
                for key in self._ids(number, list_):
                    self._lose(_IN_A_WEEK[list_], key, number)
        for number in self.kept:
            gone = (lab for list_ in ("labs", "optional_labs") for lab in self._ids(number, list_))
            self.gone.update(("lab", lab) for lab in gone if self._goes_with_its_chapter(lab))

    def _lose(self, kind: str, key: str, week: int) -> None:
        """Decide about a lab or module of a dropped week: it stays elsewhere, moves on, or goes."""
        lists = ("modules",) if kind == "module" else ("labs", "optional_labs")
        here = [number for number in self.kept for list_ in lists if key in self._ids(number, list_)]
        later = self.next_week(week)
        needed = (
            any(self._ids(number, "modules") for number in self.kept if number > week) if kind == "module" else True
        )
        if here or self._went(kind, key):
            return
        if later is None or not needed or (kind == "lab" and self._goes_with_its_chapter(key)):
            self.gone.add((kind, key))
        else:
            self.moves[kind, key] = later

    def _follow_work(self) -> None:
        """The assignments, components, parts, milestones and rubrics that go."""
        work = _table(self.tree, "assignments")
        for key, (_, assignment) in work.entries.items():
            if self._assignment_goes(assignment):
                self.gone.add(("assignment", key))
        graded = {
            _text(entry, "component")
            for _, entry in (*work, *_table(_table(self.tree, "offering"), "exams"))
            if isinstance(entry, Tree)
        }
        left = {_text(a, "component") for key, (_, a) in work.entries.items() if not self._went("assignment", key)}
        left |= {_text(exam, "component") for _, exam in _table(_table(self.tree, "offering"), "exams")}
        self.gone.update(("component", key) for key in graded - left if key)
        taught = {_text(week, "part") for week in self.weeks.values()}
        still = {_text(self.weeks[number], "part") for number in self.kept}
        self.gone.update(("part", key) for key in taught - still if key)
        for key, (_, milestone) in _table(self.tree, "milestones").entries.items():
            week, after = _number(milestone, "week"), self._id("module", _text(milestone, "after"))
            lost = week in self.weeks and week not in self.kept and self.next_week(week) is None
            if self._went("module", after) or lost:
                self.gone.add(("milestone", key))
        self.gone.update(("rubric", key) for key in self._rubrics(work, everything=True) - self._rubrics(work))

    def _assignment_goes(self, assignment: Node) -> bool:
        about = [
            (kind, self._id(kind, _text(assignment, kind))) for kind in ("lab", "module") if _text(assignment, kind)
        ]
        week = _number(assignment, "week")
        if self._went("component", _text(assignment, "component")) or any(thing in self.gone for thing in about):
            return True
        return not about and week in self.weeks and week not in self.kept

    def _rubrics(self, work: Tree, everything: bool = False) -> set[str]:
        """The rubrics that assignments and components name; of those that stay unless `everything` counts."""
        components = _table(_table(self.tree, "grading"), "components")
        tables = (("assignment", work), ("component", components))
        named = (
            _text(entry, "rubric")
            for kind, table in tables
            for key, (_, entry) in table.entries.items()
            if everything or not self._went(kind, key)
        )
        return {rubric for rubric in named if rubric}

    def _goes_with_its_chapter(self, lab: str) -> bool:
        chapter = _text(_table(self.registry, "labs").get(lab), "chapter")
        return bool(chapter) and self._went("chapter", self._id("chapter", chapter))

    # --- the tree that is left ---

    def course(self) -> Tree:
        tree = self.tree
        tree = _with(tree, "weeks", self._weeks())
        tree = _with(tree, "assignments", self._edited("assignments", "assignment", self._assignment))
        tree = _with(tree, "milestones", self._edited("milestones", "milestone", self._milestone))
        tree = _with(tree, "parts", self._edited("parts", "part", lambda part: part))
        grading = _table(tree, "grading")
        components = _table(grading, "components")
        left = [(key, self._counted(key.text, c)) for key, c in components if not self._went("component", key.text)]
        if components.entries:
            tree = _with(tree, "grading", _with(grading, "components", _of(components, left)))
        rubrics = tree.get("rubrics")
        if isinstance(rubrics, Sequence):
            items = (r for r in rubrics.items if not (isinstance(r, Scalar) and self._went("rubric", r.text)))
            tree = _with(tree, "rubrics", Sequence(tuple(items), rubrics.mark))
        tree = _with(tree, "outcomes", self._outcomes())
        return _with(tree, "unread", self._unread())

    def _outcomes(self) -> Node:
        """The outcomes of which some work that shows them is left; an outcome of which nobody says what shows it stays."""
        outcomes = self.tree.get("outcomes")
        if not isinstance(outcomes, Sequence):
            return Sequence((), self.tree.mark)
        edited = [(outcome, self._outcome(outcome)) for outcome in outcomes.items]
        kept = (new for old, new in edited if new is old or (isinstance(new, Tree) and _items(new.get("assessed_by"))))
        return Sequence(tuple(kept), outcomes.mark)

    def _outcome(self, outcome: Node) -> Node:
        """An outcome without the components that went."""
        named = outcome.get("assessed_by") if isinstance(outcome, Tree) else None
        if not isinstance(outcome, Tree) or not isinstance(named, Sequence):
            return outcome
        left = tuple(item for item in _items(named) if not self._went("component", item.text))
        return outcome if len(left) == len(named.items) else _with(outcome, "assessed_by", Sequence(left, named.mark))

    def _weeks(self) -> Tree:
        weeks = _table(self.tree, "weeks")
        edited = [(key, self._week(int(key.text), week) if key.text.isdecimal() else week) for key, week in weeks]
        return _renumbered(_of(weeks, edited), self.numbers, {str(n) for n in self.weeks if n not in self.kept})

    def _week(self, number: int, week: Node) -> Node:
        """A week without the things that go, and with those that move on to it."""
        if not isinstance(week, Tree):
            return week
        for list_, kind in _IN_A_WEEK.items():
            stays = [item for item in _items(week.get(list_)) if not self._went(kind, self._id(kind, item.text))]
            moved = [
                Scalar(key, True, week.mark) for (of, key), to in self.moves.items() if of == kind and to == number
            ]
            if list_ == "optional_labs":
                moved = []
            if isinstance(week.get(list_), Sequence) or moved:
                week = _with(week, list_, Sequence((*moved, *stays), (week.get(list_) or week).mark))
        return _with(week, "sessions", self._sessions(week)) if isinstance(week.get("sessions"), Tree) else week

    def _sessions(self, week: Tree) -> Tree:
        sessions = _table(week, "sessions")
        dropped, plans = set[str](), False
        for _, drop in _table(self.tree, "drops"):
            dropped |= {item.text for item in _items(drop.get("sessions") if isinstance(drop, Tree) else None)}
            plans = plans or _text(drop, "plans") == "true"
        left = [(key, session) for key, session in sessions if key.text not in dropped] or list(sessions)
        return _of(sessions, [(key, self._session(session, plans)) for key, session in left])

    def _session(self, session: Node, without_plan: bool) -> Node:
        if not isinstance(session, Tree):
            return session
        lost = {"plan"} if without_plan else set()
        if self._went("component", _text(session, "component")):
            lost.add("component")
        return _of(session, [(key, value) for key, value in session if key.text not in lost])

    def _edited(self, table: str, kind: str, edit: Callable[[Node], Node]) -> Tree:
        whole = _table(self.tree, table)
        return _of(whole, [(key, edit(entry)) for key, entry in whole if not self._went(kind, key.text)])

    def _assignment(self, assignment: Node) -> Node:
        if not isinstance(assignment, Tree):
            return assignment
        due, released = _number(assignment, "week"), _number(assignment, "released")
        if due not in self.weeks:
            return assignment
        now = self.numbers[self._moved_week(assignment, due)]
        if released in self.weeks:  # where that week is dropped, students keep as many weeks for the work
            given_out = self.numbers.get(released, max(1, now - (due - released)))
            assignment = _with_number(assignment, "released", min(given_out, now))
        return _with_number(assignment, "week", now)

    def _moved_week(self, assignment: Tree, due: int) -> int:
        """The week, by its old number, in which work is due: not before that to which its lab or module moves on."""
        things = [(kind, self._id(kind, _text(assignment, kind))) for kind in ("lab", "module")]
        begins = max((self.moves[thing] for thing in things if thing in self.moves), default=0)
        later = due if due in self.kept else self.next_week(due) or self.kept[-1]
        return max(begins, later)

    def _milestone(self, milestone: Node) -> Node:
        week = _number(milestone, "week")
        if not isinstance(milestone, Tree) or week not in self.weeks:
            return milestone
        now = week if week in self.kept else self.next_week(week) or week
        after = self.moves.get(("module", self._id("module", _text(milestone, "after"))), 0)
        return _with_number(milestone, "week", self.numbers.get(max(now, after), week))

    def _counted(self, key: str, component: Node) -> Node:
        """A component that counts what is left, unless its count is that already."""
        pieces = [
            (name, _text(a, "points"))
            for name, (_, a) in _table(self.tree, "assignments").entries.items()
            if _text(a, "component") == key
        ]
        marked = [name for name, points in pieces if points not in ("0", "0.0")]
        lost = sum(self._went("assignment", name) for name in marked)
        count = _number(component, "count")
        if not isinstance(component, Tree) or not lost or count < lost or count == len(marked) - lost:
            return component
        return _with_number(component, "count", count - lost)

    def _unread(self) -> Sequence:
        """The chapters that are left out on purpose: those the course names, and those that go."""
        written = self.tree.get("unread")
        named = _items(written)
        known = {self._id("chapter", item.text) for item in named}
        more = sorted(key for kind, key in self.gone if kind == "chapter" and key not in known)
        mark = _table(self.tree, "drops").mark
        return Sequence((*named, *(Scalar(key, True, mark) for key in more)), written.mark if written else mark)

    def _pages(self) -> Iterator[tuple[int, int]]:
        """Each page of the handbook that is left, with the week it is for: the section of a week does its lab."""
        from_weeks = {lab: number for number in self.weeks for lab in self._ids(number, "labs")}
        for number in self.kept:
            own = self._ids(number, "labs")
            moved = [lab for (kind, lab), to in self.moves.items() if kind == "lab" and to == number]
            if not own or any(not self._went("lab", lab) for lab in own):
                yield number, self.numbers[number]
            elif moved and moved[0] in from_weeks:
                yield from_weeks[moved[0]], self.numbers[number]

    # --- asking ---

    def next_week(self, number: int) -> int | None:
        """The next week that is left."""
        place = bisect_left(self.kept, number)
        return self.kept[place] if place < len(self.kept) else None

    def _went(self, kind: str, key: object) -> bool:
        return (kind, str(key)) in self.gone

    def _id(self, kind: str, text: str) -> str:
        return self.names.get(kind, {}).get(text, text)

    def _ids(self, week: int, list_: str) -> list[str]:
        entry = self.weeks[week]
        return [
            self._id(_IN_A_WEEK[list_], item.text)
            for item in _items(entry.get(list_) if isinstance(entry, Tree) else None)
        ]

    def _in_words(self, named: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """What the syllabus says is left out: for a week its chapters that went, else the thing itself."""
        for kind, key in named:
            if kind != "week":
                yield kind, key
            elif key.isdecimal() and int(key) in self.weeks:
                yield from (
                    (k, c) for k, c in (("chapter", c) for c in self._ids(int(key), "read")) if self._went(k, c)
                )


# --- trees ---


def _table(node: Node | None, key: str) -> Tree:
    """The mapping at a key; an empty one where there is none."""
    found = node.get(key) if isinstance(node, Tree) else None
    return found if isinstance(found, Tree) else Tree({}, node.mark if node else Mark(""))


def _items(node: Node | None) -> tuple[Scalar, ...]:
    """The values of a list."""
    return tuple(i for i in node.items if isinstance(i, Scalar) and not i.is_null) if isinstance(node, Sequence) else ()


def _text(node: Node | None, key: str) -> str:
    """The text at a key; empty where there is none."""
    found = node.get(key) if isinstance(node, Tree) else None
    return found.text if isinstance(found, Scalar) and not found.is_null else ""


def _number(node: Node | None, key: str) -> int:
    """The whole number at a key; -1 where there is none."""
    text = _text(node, key)
    return int(text) if text.isdecimal() else -1


def _of(table: Tree, entries: Iterable[tuple[Scalar, Node]]) -> Tree:
    """A mapping in another's place."""
    return Tree({key.text: (key, value) for key, value in entries}, table.mark, table.whole)


def _with(table: Tree, key: str, value: Node) -> Tree:
    """A mapping with another value at a key; without the key where the value is empty and it was not there."""
    if key not in table.entries and not (
        value.items if isinstance(value, Sequence) else isinstance(value, Tree) and value.entries
    ):
        return table
    written = table.entries[key][0] if key in table.entries else Scalar(key, True, value.mark)
    return Tree({**table.entries, key: (written, value)}, table.mark, table.whole)


def _with_number(table: Tree, key: str, number: int) -> Tree:
    """A mapping with another number at a key that is there."""
    written, value = table.entries[key]
    return Tree({**table.entries, key: (written, Scalar(str(number), True, value.mark))}, table.mark, table.whole)


def _renumbered(weeks: Tree, numbers: Mapping[int, int], gone: set[str]) -> Tree:
    """A table by weeks, without some, each under its new number."""
    left = [(key, week) for key, week in weeks if key.text not in gone]
    return _of(weeks, [(_new_key(key, numbers), week) for key, week in left])


def _new_key(key: Scalar, numbers: Mapping[int, int]) -> Scalar:
    number = int(key.text) if key.text.isdecimal() else -1
    return Scalar(str(numbers[number]), key.plain, key.mark) if number in numbers else key
