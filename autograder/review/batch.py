"""A batch: one piece of work of a whole class, with what stands for each student while it is read.

Its key file says who is behind an item, who reads it, and which answer was read. It is for its owner only. What was handed
out once stays: a student keeps the item, the pseudonym and the readers when a batch is written again.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.intake.names import folded, squeezed
from autograder.review.birds import birds
from autograder.review.split import Readers, shuffled
from autograder.review.tasks import Task
from autograder.review.works import Work
from blueprint.files import write_whole
from blueprint.problems import CourseError, Mark, Problem, UsageError

KEY = "key.json"
SCHEMA = "blueprint-review-key/1"


@dataclass(frozen=True, slots=True)
class Item:
    """What a grader sees in place of one work: its id, what it is called there, whose it is, who reads it, and its answers."""

    id: str
    who: str
    students: Mapping[str, str]
    readers: Readers = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    """Question -> hash of the answer that was handed to the graders."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The items of a piece by id, and the scale they are marked by."""

    piece: str
    rubric: str
    items: Mapping[str, Item]
    texts: Mapping[str, str] = field(default_factory=dict)
    """The texts of the answers by hash, for who decides about them."""


def folder_of(grades: Path, piece: str) -> Path:
    """Where the tables, pages and the key of a piece are."""
    return grades / "review" / piece


def read_batch(grades: Path, piece: str) -> Batch | None:
    """The batch of a piece as its key file tells it; None where there is none. Raises CourseError for one that is broken."""
    path = folder_of(grades, piece) / KEY
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise ValueError(f"schema {data['schema']} is not known; this version reads {SCHEMA}")
        items = {one["item"]: _item(one) for one in data["items"]}
        texts = {str(hash): str(text) for hash, text in data["texts"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        hint = "restore it: without it nobody can tell whose the items are"
        raise CourseError([Problem(Mark(str(path)), f"is no key of a batch: {error}", hint)]) from error
    return Batch(piece, str(data["rubric"]), items, texts)


def _item(data: Mapping[str, Any]) -> Item:
    students = {str(id): str(name) for id, name in data["students"].items()}
    return Item(str(data["item"]), str(data["who"]), students, tuple(map(str, data["readers"])), dict(data["answers"]))


def write_batch(batch: Batch, grades: Path) -> None:
    """Writes the key file, for its owner only; raises OSError."""
    items = [
        {"item": one.id, "who": one.who, "students": one.students, "readers": one.readers, "answers": one.answers}
        for _, one in sorted(batch.items.items())
    ]
    data = {"schema": SCHEMA, "batch": batch.piece, "rubric": batch.rubric, "items": items, "texts": dict(batch.texts)}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    write_whole(folder_of(grades, batch.piece) / KEY, text.encode("utf-8", "surrogatepass"), owner_only=True)


def make_batch(
    task: Task, works: Sequence[Work], before: Batch | None, secret: bytes, *, pseudonyms: bool
) -> dict[str, tuple[Item, Work]]:
    """The items of these works with them, by id; readers are still to be found for those that are new.

    Raises UsageError where the batch was handed out under the other kind of names.
    """
    known = {"\n".join(sorted(item.students)): item for item in before.items.values()} if before else {}
    ids = {
        work.key: known[work.key].id if work.key in known else _item_id(secret, task.batch, work.key) for work in works
    }
    taken = {item.who for item in known.values()}
    free = birds(taken)
    drawn = {id: place for place, id in enumerate(shuffled(list(ids.values()), task.batch))}
    made: dict[str, tuple[Item, Work]] = {}
    for work in sorted(works, key=lambda work: drawn[ids[work.key]]):
        old = known.get(work.key)
        names = {student.id: student.name for student in work.students}
        who = _name(work) if not pseudonyms else old.who if old and not _is_named(old) else next(free)
        item = Item(ids[work.key], who, names, old.readers if old else (), {q: a.hash for q, a in work.answers.items()})
        if item.id in made:
            raise UsageError(
                f"two works of {task.batch} have the item {item.id}; this is one chance in millions: rename one of {', '.join(names)}"
            )
        made[item.id] = (item, work)
    return made


def _is_named(item: Item) -> bool:
    return item.who == ", ".join(name or id for id, name in item.students.items())


def _name(work: Work) -> str:
    """What a work is called where no pseudonym stands for its students."""
    return ", ".join(student.name or student.id for student in work.students)


def _item_id(secret: bytes, piece: str, key: str) -> str:
    """`i-` and 8 hex digits: a letter and a dash first, because a spreadsheet makes a number of `1818e811`."""
    text = f"{piece}\0{key}".encode("utf-8", "surrogatepass")
    return f"i-{hmac.digest(secret, text, 'sha256').hex()[:8]}"


def named_in(work: Work) -> list[str]:
    """The students' names and ids that stand in their own answers, where a pseudonym would hide them in vain."""
    words = {
        word
        for student in work.students
        for word in (*folded(student.name).split(), folded(student.id))
        if len(word) > 2
    }
    words |= {
        folded(student.email).partition("@")[0] for student in work.students if len(student.email.partition("@")[0]) > 2
    }
    texts = " ".join(answer.text for answer in work.answers.values())
    there = {squeezed(word) for word in folded(texts).split()}
    return sorted(word for word in words if squeezed(word) in there and squeezed(word))
