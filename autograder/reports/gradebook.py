"""The gradebook of a journal, which grade counts for whom: hand-ins brought together under the students of the roster.

A student may hand in one module several times, and on several platforms under several keys. The gradebook finds whose
each attempt is, and the course's rule says which attempt counts. Grades are read from the journal one after the other,
so that a class of thousands passes through and does not pile up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from autograder.authoring.case import Case, Suite
from autograder.intake.roster import Roster
from autograder.judging.grade import Grade
from autograder.run.journal import Entry, Journal, StudentModule, latest
from blueprint.choices import CountingAttempt


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule for which of several attempts counts, and by when each module was due (ISO 8601 with the course's offset)."""

    counts: CountingAttempt = "latest"
    due: Mapping[int, str] = field(default_factory=dict)

    def on_time(self, module: int, entry: Entry) -> bool:
        """True if an attempt came in time, as far as the platform's own record tells."""
        if entry.late:
            return False
        due = self.due.get(module)
        if not due or not entry.handed_in:
            return True
        from datetime import datetime

        limit, came = datetime.fromisoformat(due), datetime.fromisoformat(entry.handed_in)
        # A platform that writes no zone means the course's.
        return (came if came.tzinfo else came.replace(tzinfo=limit.tzinfo)) <= limit


class Gradebook:
    """The grades of a journal as a class's: by student of the roster, or by a hand-in's own key where it has none."""

    def __init__(self, journal: Journal, suite: Suite, rule: Rule, roster: Roster | None = None) -> None:
        self.journal, self.suite, self.rule, self.roster = journal, suite, rule, roster
        self._cases: dict[int, Mapping[str, Case]] = {}
        self._names = {student.id: student.name for student in roster.students} if roster is not None else {}
        self._teams: dict[StudentModule, str] = {}
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
        ordered = _in_order(self._attempts[StudentModule(student, module)])
        if self.rule.counts == "best":
            grades = [self.journal.grade(entry) for entry in ordered]
            return max(reversed(grades), key=lambda grade: Fraction(-1) if grade.points is None else grade.points)
        if self.rule.counts == "latest-on-time":
            # Where nothing came in time the latest counts: what lateness costs is not decided here.
            ordered = [entry for entry in ordered if self.rule.on_time(module, entry)] or ordered
        return self.journal.grade(ordered[-1])

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

    def _by_owner(self) -> dict[StudentModule, list[Entry]]:
        """The journal's entries under the students they are of; what a member handed in alone counts before the team's."""
        attempts: dict[StudentModule, list[Entry]] = {}
        shared: list[tuple[StudentModule, str, list[Entry]]] = []
        for key, entries in self.journal.entries.items():
            for students, team, owned in self._by_platform(key, entries):
                for student in students:
                    if team:
                        shared.append((StudentModule(student, key.module), team, owned))
                    else:
                        attempts.setdefault(StudentModule(student, key.module), []).extend(owned)
        for key, team, owned in shared:
            if key not in attempts or key in self._teams:
                attempts.setdefault(key, []).extend(owned)
                self._teams[key] = team
        return attempts

    def _by_platform(self, key: StudentModule, entries: list[Entry]) -> Iterator[tuple[list[str], str, list[Entry]]]:
        """The students, their team if they are one, and their entries under one key, which two platforms may give two people."""
        if self.roster is None:
            yield [key.student], "", entries
            return
        for kind in {entry.kind: "" for entry in entries}:
            owned = [entry for entry in entries if entry.kind == kind]
            yield *self._owners(key.student, latest(owned)), owned

    def _owners(self, key: str, last: Entry) -> tuple[list[str], str]:
        """The roster's ids of who handed in, and their team; of somebody who is not in it the key, told apart from all ids there."""
        if self.roster is not None:
            students, team = self.roster.owners(key, kind=last.kind, name=last.name, email=last.email)
            if students:
                return [student.id for student in students], team
        return [f"{key} ({last.kind})" if key in self._names else key], ""


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.order)
