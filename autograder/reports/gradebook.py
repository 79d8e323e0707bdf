"""The gradebook of a journal, which grade counts for whom: hand-ins brought together under the students of the roster.

A student may hand in one module several times, and on several platforms under several keys. The gradebook finds whose
each attempt is, and the course's rule says which attempt counts. Grades are read from the journal one after the other,
so that a class of thousands passes through and does not pile up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from autograder.authoring.case import Case, Suite
from autograder.intake.roster import Roster, Student
from autograder.judging.grade import Grade
from autograder.run.attempts import Rule
from autograder.run.journal import Entry, Journal, StudentModule, latest

_FITS_NOBODY = "fits no one student of the class list"


@dataclass(frozen=True, slots=True)
class Nobodys:
    """Work that was graded and is nobody's of the class list: its key, what stands beside it, and its attempts by module."""

    key: str
    kind: str
    name: str
    email: str
    why: str
    modules: Mapping[int, list[Entry]]


class Gradebook:
    """The grades of a journal as a class's: by student of the roster, or by a hand-in's own key where there is no roster.

    `unmatched` is what was graded and is of no one student of the roster, by key and kind.
    """

    def __init__(self, journal: Journal, suite: Suite, rule: Rule, roster: Roster | None = None) -> None:
        self.journal, self.suite, self.rule, self.roster = journal, suite, rule, roster
        self._cases: dict[int, Mapping[str, Case]] = {}
        self._names = {student.id: student.name for student in roster.students} if roster is not None else {}
        self._teams: dict[StudentModule, str] = {}
        self.unmatched: dict[tuple[str, str], Nobodys] = {}
        self._attempts = self._by_owner()

    def keys(self) -> list[StudentModule]:
        """Every student and module there is a grade of, in order."""
        return sorted(self._attempts)

    def students(self) -> list[str]:
        """Everybody with a grade, in order."""
        return sorted({key.student for key in self._attempts})

    def students_by_name(self) -> dict[str, str]:
        """The students with a name, as a platform or the roster tells it, that nobody else has."""
        students: dict[str, set[str]] = {}
        for key, entries in self._attempts.items():
            for name in {self._names.get(key.student, ""), *(entry.name for entry in entries)} - {""}:
                students.setdefault(name, set()).add(key.student)
        return {name: sharing.pop() for name, sharing in students.items() if len(sharing) == 1}

    def grades(self, keys: Iterable[StudentModule] | None = None) -> Iterator[Grade]:
        """The grade that counts of each key, all in order if left out, under the names of the roster."""
        for key in self.keys() if keys is None else keys:
            grade = self.counting_grade(*key)
            yield replace(grade, student=key.student, name=self._names.get(key.student) or grade.name)

    def counting_grade(self, student: str, module: int) -> Grade:
        """The grade that counts of one student, under the key and name of its hand-in; KeyError if there is none."""
        return self.journal.grade(self.counting_entry(StudentModule(student, module)))

    def counting_entries(self) -> Iterator[tuple[StudentModule, Entry]]:
        """The attempt that counts of each student and module, in order."""
        return ((key, self.counting_entry(key)) for key in self.keys())

    def counting_entry(self, key: StudentModule) -> Entry:
        """The attempt that counts of one student at one module; KeyError if there is none."""
        return self._counting(key.module, self._attempts[key])

    def counting(self, module: int, attempts: Iterable[Entry]) -> Grade:
        """The grade that counts of these attempts at a module."""
        return self.journal.grade(self._counting(module, attempts))

    def _counting(self, module: int, attempts: Iterable[Entry]) -> Entry:
        ordered = _in_order(attempts)
        if self.rule.counts == "best":
            return max(reversed(ordered), key=lambda entry: Fraction(-1) if entry.points is None else entry.points)
        if self.rule.counts == "latest-on-time":
            # Where nothing came in time the latest counts: what lateness costs is not decided here.
            on_time = [entry for entry in ordered if self.rule.on_time(module, entry.late, entry.handed_in)]
            ordered = on_time or ordered
        return ordered[-1]

    def attempts(self, student: str, module: int) -> list[Entry]:
        """All attempts of a student at a module, first to last; none where there is no grade."""
        return _in_order(self._attempts.get(StudentModule(student, module), ()))

    def cases(self, module: int) -> Mapping[str, Case]:
        """The cases of a module by id, as they are now."""
        if module not in self._cases:
            self._cases[module] = {case.id: case for case in self.suite.cases(module)}
        return self._cases[module]

    def team(self, key: StudentModule) -> str:
        """The team a student handed a module in with; empty where the work is the student's alone."""
        return self._teams.get(key, "")

    def why_nobodys(self, key: str, kind: str, name: str, email: str) -> str:
        """Why a hand-in with this key is nobody's; empty where it is somebody's, or there is no list of the whole class."""
        if self.roster is None or not self.roster.whole or self.roster.is_nobodys(key, kind, email):
            return ""
        if (key, kind) in self.unmatched:
            return self.unmatched[key, kind].why
        return "" if self.roster.owners(key, kind=kind, name=name, email=email)[0] else _FITS_NOBODY

    def _by_owner(self) -> dict[StudentModule, list[Entry]]:
        """The journal's entries under the students they are of; what is nobody's goes to `unmatched`.

        What a member of a team handed in alone counts before the team's.
        """
        if self.roster is None:
            return {key: list(entries) for key, entries in self.journal.entries.items()}
        groups: dict[tuple[str, str], dict[int, list[Entry]]] = {}  # two platforms may give two students the same key
        for key, entries in self.journal.entries.items():
            for entry in entries:
                groups.setdefault((key.student, entry.kind), {}).setdefault(key.module, []).append(entry)
        owners = {group: self._owners(group, latest(_all(modules))) for group, modules in groups.items()}
        alone = {group: students for group, (students, team) in owners.items() if not team}
        doubled = _doubled(self.roster, alone, groups)
        attempts: dict[StudentModule, list[Entry]] = {}
        for group, modules in sorted(groups.items(), key=lambda item: bool(owners[item[0]][1])):
            students, team = owners[group]
            if self._is_nobodys(group, latest(_all(modules))):
                continue
            ids = [student.id for student in students]
            if not ids or group in doubled:
                last = latest(_all(modules))
                if self.roster.whole:
                    why = doubled.get(group, _FITS_NOBODY)
                    self.unmatched[group] = Nobodys(*group, last.name, last.email, why, modules)
                    continue
                handed_in_as, kind = group
                ids = [f"{handed_in_as} ({kind})" if handed_in_as in self._names else handed_in_as]
            for id in ids:
                self._give(attempts, id, team, modules)
        return attempts

    def _give(
        self, attempts: dict[StudentModule, list[Entry]], id: str, team: str, modules: Mapping[int, list[Entry]]
    ) -> None:
        """Adds modules handed in by a student, or by the team of one; a team's count only where there is nothing else."""
        for module, entries in modules.items():
            key = StudentModule(id, module)
            if team and key in attempts and key not in self._teams:
                continue
            if team:
                self._teams[key] = team
            attempts.setdefault(key, []).extend(entries)

    def _is_nobodys(self, group: tuple[str, str], last: Entry) -> bool:
        """True for work of which a person says that it is of nobody in the class; it needs no row and no owner."""
        return self.roster is not None and self.roster.is_nobodys(*group, last.email)

    def _owners(self, group: tuple[str, str], last: Entry) -> tuple[Sequence[Student], str]:
        """The students of the roster whose work this is, and their team if it is one's; none where it fits no one."""
        if self.roster is None:
            return (), ""
        key, kind = group
        return self.roster.owners(key, kind=kind, name=last.name, email=last.email)


def _doubled(
    roster: Roster,
    owners: Mapping[tuple[str, str], Sequence[Student]],
    groups: Mapping[tuple[str, str], Mapping[int, list[Entry]]],
) -> dict[tuple[str, str], str]:
    """Keys under which one download holds a second hand-in that fits the same student, each with the reason.

    Nobody stands there twice, so one of them is another's: the one with the very id of the student counts, and where
    none has it, or several have, none does. The same work under two names is no second hand-in.
    """
    claims: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for (key, kind), students in owners.items():
        for student in students:
            for origin in {entry.origin for entry in _all(groups[key, kind])} - {""}:
                claims.setdefault((student.id, kind, origin), []).append((key, kind))
    losing: dict[tuple[str, str], str] = {}
    for (id, _, _), claimants in claims.items():
        works = {frozenset(entry.attempt for entry in _all(groups[group])) for group in claimants}
        if len(claimants) < 2 or len(works) < 2:
            continue
        ranks = {group: _exactness(roster, group[0], id) for group in claimants}
        best = [group for group in claimants if ranks[group] == max(ranks.values())]
        others = {group: next(other for other in claimants if other != group)[0] for group in claimants}
        for group in claimants:
            if best != [group]:
                losing[group] = f"fits `{id}` of the class list, and so does `{others[group]}` of the same download"
    return losing


def _exactness(roster: Roster, key: str, id: str) -> int:
    """How surely a key is a student's: 2 for the id itself, 1 for another id to the letter, 0 for a likeness."""
    if key == id:
        return 2
    places = {place for table in roster.ids.values() for place in table.get(f"\n{key}", ())}
    return int(any(roster.students[place].id == id for place in places))


def _all(modules: Mapping[int, list[Entry]]) -> list[Entry]:
    return [entry for entries in modules.values() for entry in entries]


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.order)
