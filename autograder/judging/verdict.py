"""The verdict on a case: what the end of a worker means, and what its reply is worth. It believes nothing of a reply."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from autograder.judging.compare import Difference
from autograder.judging.extracted import ExtractedSource, exception, line
from autograder.judging.grade import Status
from autograder.judging.policy import Policy
from autograder.judging.prepared import PreparedCase
from autograder.sandbox.jail import Outcome
from autograder.worker import wire

_ENDS: Mapping[str, tuple[Status, str]] = {
    "timeout": ("timeout", "it ran longer than {seconds:g} seconds"),
    "memory": ("memory", "it needed more than {memory} MB of memory"),
    "killed": ("killed", "it was ended by signal {signal}: a crash, or something that is not allowed in the sandbox"),
    "silent": ("no answer", "it ended without an answer: the code may have stopped Python"),
    "broken frame": ("unreadable", "what came back cannot be read: the code wrote where only the answer may go"),
}
_UNPLAIN = "what came back is not made of numbers and arrays; `.data` may hold something else than a NumPy array"


def verdict(
    prepared_case: PreparedCase, outcome: Outcome, source: ExtractedSource, policy: Policy
) -> tuple[Difference | None, Status]:
    """The status that a worker's end gives a case, and what is wrong: None if it passed.

    `source` tells where the student's lines stand. Raises nothing, whatever the worker replied.
    """
    if outcome.kind != "replied" or outcome.reply is None:
        return ended(outcome, policy)
    try:
        reply = wire.decode(outcome.reply)
    except wire.FrameError:
        reply = None
    if not isinstance(reply, dict):
        return Difference("", "value", _ENDS["broken frame"][1]), "unreadable"
    if "reply" in reply:
        difference = prepared_case.difference(reply["reply"])
        return difference, "failed" if difference else "passed"
    if "unplain" in reply:
        why = reply["unplain"]
        shown = f"{_UNPLAIN} ({line(why)})" if isinstance(why, str) else ""
        return Difference("", "type", _UNPLAIN, shown), "failed"
    return exception(reply, source, prepared_case.called(reply.get("span"))), "import error" if _is(
        reply.get("during"), "import"
    ) else "failed"


def ended(outcome: Outcome, policy: Policy) -> tuple[Difference, Status]:
    """The difference and the status of a case whose worker ended without a reply."""
    status, sentence = _ENDS[outcome.kind]
    memory = policy.limits.memory >> 20
    told = sentence.format(seconds=policy.seconds, memory=memory, signal=outcome.signal)
    return Difference("", "value", told), status


def plain_reply(outcome: Outcome) -> Any:
    """The plain data that a worker replied, a claim; None if there is none that can be read."""
    with suppress(wire.FrameError):
        return wire.decode(outcome.reply) if outcome.reply is not None else None
    return None


def answered(outcome: Outcome) -> bool:
    """True if a probe came to its end, so that importing the module cannot have failed."""
    reply = plain_reply(outcome)
    return isinstance(reply, dict) and "reply" in reply


def may_be_the_machines(outcome: Outcome) -> bool:
    """True if a worker ran out of time or memory, which a busy machine may be to blame for.

    A worker that was killed, and not for a limit of its own, was ended by the kernel for want of the machine's memory: it
    can kill neither itself nor another.
    """
    killed = outcome.kind == "killed" and outcome.signal == signal.SIGKILL
    return killed or outcome.kind in ("timeout", "memory")


def _is(claim: object, word: str) -> bool:
    """True if a claim is this word; an array compared with it would give an array."""
    return isinstance(claim, str) and claim == word
