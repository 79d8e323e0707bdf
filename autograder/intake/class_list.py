"""The class list of an offering, with its teams and aliases: files that are named, or that lie beside its grades.

What is named once and for all lies in the folder of grades, which is private: `roster.csv`, `groups.csv`, `aliases.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.intake.aliases import with_aliases
from autograder.intake.groups import with_groups
from autograder.intake.roster import Roster, read_roster
from blueprint.problems import CourseError, Mark, Problem

ROSTER, GROUPS, ALIASES = "roster.csv", "groups.csv", "aliases.csv"


@dataclass(frozen=True, slots=True)
class ClassFiles:
    """The files that say who is who: the class list, the teams, the aliases; None where there is none."""

    roster: Path | None = None
    groups: Path | None = None
    aliases: Path | None = None

    def found(self) -> list[Path]:
        """Those that there are."""
        return [file for file in (self.roster, self.groups, self.aliases) if file is not None]


def class_files(folder: Path, roster: Path | None = None, groups: Path | None = None) -> ClassFiles:
    """The files of a folder of grades; a class list and teams that are named take the place of those."""
    there = {name: folder / name for name in (ROSTER, GROUPS, ALIASES) if (folder / name).is_file()}
    return ClassFiles(roster or there.get(ROSTER), groups or there.get(GROUPS), there.get(ALIASES))


def read_class_list(files: ClassFiles) -> Roster | None:
    """The class list in these files, None where none tells of anybody; raises CourseError with what is wrong in one."""
    roster = read_roster(files.roster) if files.roster is not None else None
    if files.groups is not None:
        roster = with_groups(roster, files.groups)
    if files.aliases is None:
        return roster
    if roster is None:
        hint = "name it with `--roster`, or keep it with `blueprint roster FILE`"
        raise CourseError([Problem(Mark(str(files.aliases)), "needs the class list, whose students it names", hint)])
    return with_aliases(roster, files.aliases)
