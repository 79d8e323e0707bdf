"""The account of a run: whatever stood at its paths is graded, holds no work, is nobody's, is refused, or is ignored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

State = Literal["graded", "no work found", "unmatched", "refused", "ignored"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an account: a hand-in, or a file or folder that is none, with what became of it and why.

    `who` is the key of a hand-in's student and the path of anything else, `kind` what platform the key comes from; `people` are
    folders in it that may be other people's.
    """

    who: str
    state: State
    why: str = ""
    kind: str = ""
    name: str = ""
    email: str = ""
    people: tuple[str, ...] = ()

    @property
    def is_hand_in(self) -> bool:
        """True for what has a student, be it one whom the class list does not know."""
        return bool(self.kind)


@dataclass(frozen=True, slots=True)
class Account:
    """All entries of a run, in the order in which they were listed.

    `not_begun` are students of whose attempts some that could count wait for another run, each with the reason.
    """

    items: tuple[Item, ...] = ()
    not_begun: tuple[Item, ...] = ()

    def of(self, state: State) -> list[Item]:
        """The entries in one state."""
        return [item for item in self.items if item.state == state]

    @property
    def counts(self) -> dict[State, int]:
        """How many entries are in each state."""
        counted = Counter(item.state for item in self.items)
        return {state: counted[state] for state in STATES}

    @property
    def words(self) -> str:
        """The account in one line; the parts add up, for every entry is in one state."""
        parts = " + ".join(f"{count} {state}" for state, count in self.counts.items())
        seen = len(self.items)
        return f"{seen} {'entry' if seen == 1 else 'entries'} seen = {parts}"

    def moved(self, state: State, whom: Iterable[tuple[Item, str]]) -> Account:
        """The account in which these entries are in another state, each with the reason."""
        reasons = {id(item): why for item, why in whom}
        items = (
            replace(item, state=state, why=reasons[id(item)]) if id(item) in reasons else item for item in self.items
        )
        return Account(tuple(items), self.not_begun)
