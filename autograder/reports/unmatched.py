"""Whose work could not be told: `unmatched.csv`, and the account of a run once the class list has been asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.intake.contents import printable
from autograder.judging.points import number
from autograder.reports.csv_files import line
from autograder.reports.gradebook import Gradebook, Nobodys
from autograder.run.account import Account, Item


def settled(account: Account, gradebook: Gradebook) -> Account:
    """The account, with the hand-ins as unmatched that fit no one student of the class list, or may be several people's.

    Those of which a person says that they are of nobody in the class are ignored.
    """
    roster = gradebook.roster
    if roster is not None:
        outside = [one for one in account.items if one.is_hand_in and roster.is_nobodys(one.who, one.kind, one.email)]
        account = account.moved("ignored", [(one, "of nobody in the class, as aliases.csv says") for one in outside])
    nobodys = []
    for item in account.items:
        if item.state == "ignored":
            continue
        why = gradebook.why_nobodys(item.who, item.kind, item.name, item.email) if item.is_hand_in else ""
        if why or _may_be_several(item, gradebook):
            nobodys.append((item, "; ".join(filter(None, (why, item.why)))))
    return account.moved("unmatched", nobodys)


def _may_be_several(item: Item, gradebook: Gradebook) -> bool:
    """True if folders in a hand-in may be other people's: unless the class list knows its student, and none of those."""
    roster = gradebook.roster
    if not item.people or roster is None or not roster.whole:
        return bool(item.people)
    owner = roster.find(item.who, item.kind)
    found = {student.id for name in item.people if (student := roster.find(name, item.kind))}
    return bool(found - {owner.id if owner else ""})


def table(account: Account, gradebook: Gradebook, modules: Sequence[int]) -> Iterator[str]:
    """The lines of unmatched.csv: work of this and of earlier runs that is nobody's, and what stands beside the hand-ins.

    Its column `student` is empty: filled in, the file is one of aliases.
    """
    yield line(
        ("hand-in", "platform", "student", "name", "email", "why", *(f"module-{module:02d}" for module in modules))
    )
    graded = gradebook.unmatched
    for _, work in sorted(graded.items()):
        points = (
            number(gradebook.counting(module, work.modules[module]).points) if module in work.modules else ""
            for module in modules
        )
        yield line((work.key, work.kind, "", work.name, work.email, work.why, *points))
    others = {(one.who, one.kind): one for one in account.of("unmatched") if (one.who, one.kind) not in graded}
    for _, one in sorted(others.items()):
        yield line((printable(one.who), one.kind, "", one.name, one.email, one.why, *[""] * len(modules)))


def count(account: Account, gradebook: Gradebook) -> int:
    """How many hand-ins, files and folders are nobody's."""
    return len({*gradebook.unmatched, *((one.who, one.kind) for one in account.of("unmatched"))})


def told(items: Sequence[Item]) -> list[str]:
    """Entries of an account in words: who or what, and why."""
    return [
        f"{printable(one.who)}{f' ({one.name})' if one.name and one.name != one.who else ''}: {one.why}"
        for one in items
    ]


def in_words(work: Nobodys) -> str:
    """Work that is nobody's, in words: what it was handed in as, the name that stands beside it, and why."""
    name = f" ({printable(work.name)})" if work.name and work.name != work.key else ""
    return f"{printable(work.key)}{name}: {printable(work.why)}"
