"""Rules about weights, counts, letters, lateness and assignments."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from blueprint.bind import Path
from blueprint.load import Loaded
from blueprint.model import LateRule, LateStep, Material, plain
from blueprint.paths import shown
from blueprint.place_names import place_name
from blueprint.problems import Mark, Problem, quoted, suggestion


def weights_sum_to_100(loaded: Loaded) -> Iterator[Problem]:
    """The weights of the grade's components sum to 100 percent, without those for extra credit."""
    components = {key: c for key, c in loaded.course.file.grading.components.items() if not c.extra}
    if not components or loaded.at.is_broken("grading", "components", "*", "weight"):
        return
    total = sum((c.weight for c in components.values()), Decimal(0))
    if total != 100:
        sum_text = " + ".join(plain(c.weight) for c in components.values())
        yield Problem(
            loaded.at.key("grading", "components"),
            f"the weights sum to {plain(total)}, not 100: {sum_text}",
            "change a `weight` so that they sum to 100",
        )


def counts_match(loaded: Loaded) -> Iterator[Problem]:
    """A component has as many marked assignments as its count says."""
    at = loaded.at
    if at.is_broken("assignments", "*", "component") or at.is_broken("assignments", "*", "points"):
        return
    for key, component in loaded.course.file.grading.components.items():
        if at.is_broken("grading", "components", key, "count"):
            continue
        assigned = sum(
            a.component == key and a.points > 0 and not a.extra for a in loaded.course.file.assignments.values()
        )
        sat = _sittings(loaded, key)
        if loaded.course.file.offering is None and assigned < component.count:
            continue  # the offering may say when the exams are
        if assigned + sat != component.count:
            marked = _counted(assigned, "marked assignment") + (f" and {_counted(sat, 'sitting')}" if sat else "")
            yield Problem(
                at.value("grading", "components", key, "count"),
                f"{component.title}: the count says {component.count}, but `{key}` has {marked}",
                "change the count, or add or remove assignments; one with `points: 0` is not marked",
            )


def _sittings(loaded: Loaded, component: str) -> int:
    """How many exams, and sessions in class, are marked pieces of a component."""
    file = loaded.course.file
    exams = file.offering.exams.values() if file.offering else ()
    in_class = (session for week in file.weeks.values() for session in week.sessions.values())
    return sum(e.component == component and e.points > 0 for e in exams) + sum(
        s.component == component for s in in_class
    )


def _counted(count: int, word: str) -> str:
    """`1 sitting`, `2 sittings`."""
    return f"{count} {word}{'s' * (count != 1)}"


def teams_have_members(loaded: Loaded) -> Iterator[Problem]:
    """A team has a member, and no more than the class; hours of grading are computed from it."""
    file = loaded.course.file
    sizes: list[tuple[Path, int]] = [
        (("grading", "components", key, "team"), c.team) for key, c in file.grading.components.items()
    ]
    sizes += [(("assignments", key, "team"), a.team) for key, a in file.assignments.items() if a.team is not None]
    class_size = file.offering.students if file.offering and not loaded.at.is_broken("offering", "sections") else 0
    for path, size in sizes:
        if size == 0 and not loaded.at.is_broken(*path):
            yield Problem(loaded.at.value(*path), "a team of nobody hands in nothing", "write 1 where each works alone")
        if 0 < class_size < size and not loaded.at.is_broken(*path):
            message = f"a team of {size} is more than the {class_size} students of all sections"
            yield Problem(
                loaded.at.value(*path), message, "write how many students hand in one piece together", "warning"
            )


def letters_descend(loaded: Loaded) -> Iterator[Problem]:
    """Each letter needs fewer points than the one before it, and every result has a letter."""
    letters, at = list(loaded.course.file.grading.letters.items()), loaded.at
    if at.is_broken("grading", "letters") or not letters:
        return
    for (better, high), (worse, low) in pairwise(letters):
        if low >= high:
            yield Problem(
                at.value("grading", "letters", worse),
                f"the letter {worse} needs {plain(low)}, not less than {better} with {plain(high)}",
                "list letters best first",
            )
    best, worst = max(letters, key=_percent), min(letters, key=_percent)
    if best[1] > 100:
        yield Problem(
            at.value("grading", "letters", best[0]),
            f"the letter {best[0]} needs {plain(best[1])}%, more than there is",
            "write a percentage from 0 to 100",
        )
    if worst[1] > 0:
        yield Problem(
            at.value("grading", "letters", worst[0]),
            f"below {plain(worst[1])}% there is no letter",
            "end the list with a letter from 0",
            "warning",
        )


def _percent(letter: tuple[str, Decimal]) -> Decimal:
    return letter[1]


def something_is_left(loaded: Loaded) -> Iterator[Problem]:
    """Of a component's pieces some count: not all are dropped, and no cap is nothing."""
    at, grading = loaded.at, loaded.course.file.grading
    for key, component in grading.components.items():
        path = ("grading", "components", key)
        if 0 < component.count <= component.drop_lowest and not at.is_broken(*path):
            yield Problem(
                at.value(*path, "drop_lowest"),
                f"{component.title}: of {_counted(component.count, 'piece')} the lowest {component.drop_lowest} are dropped, so nothing counts",
                "drop fewer than there are",
            )
        if component.cap == 0:
            yield _no_cap(at.value(*path, "cap"))
    if grading.cap == 0:
        yield _no_cap(at.value("grading", "cap"))


def _no_cap(mark: Mark) -> Problem:
    return Problem(
        mark, "a cap of 0 lets nothing count", "write the most percent that counts, such as 100, or leave it out"
    )


def late_rules_are_whole(loaded: Loaded) -> Iterator[Problem]:
    """What days cost is said in one place, with an end; and who spends late days has some."""
    at, file = loaded.at, loaded.course.file
    steps = file.policies["late"].steps if "late" in file.policies else ()
    rules: dict[Path, LateRule | None] = {("grading", "late"): file.grading.late}
    rules |= {("grading", "components", key, "late"): c.late for key, c in file.grading.components.items()}
    for path, rule in rules.items():
        if rule is None or at.is_broken(*path):
            continue
        costs = rule.percent_per_day > 0 or rule.points_per_day > 0
        if costs and rule.days is None:
            message = "days cost something, and nothing says after how many of them nothing is accepted"
            yield Problem(at.key(*path), message, "add `days`, such as `days: 2`")
        if rule.percent_per_day > 100:
            message = f"a day costs {plain(rule.percent_per_day)}% of the points earned, more than there are"
            yield Problem(at.value(*path, "percent_per_day"), message, "write a percentage from 0 to 100")
        if rule.days is not None and steps and path == ("grading", "late"):
            yield _said_twice(loaded)
        if rule.bank_per_piece and not file.grading.late_bank:
            message = "late days may be spent on a piece, and nobody has any"
            yield Problem(
                at.key(*path, "bank_per_piece"), message, "add `late_bank` to `grading`, such as `late_bank: 3`"
            )


def _said_twice(loaded: Loaded) -> Problem:
    """The problem of two rules about lateness, told where the course's own file can mend it."""
    rule, steps = loaded.at.key("grading", "late"), loaded.at.key("policies", "late", "steps")
    own = shown(loaded.files[0])
    if steps.file == own != rule.file:
        message = f"what lateness costs is said twice: here, and by `late` of `grading` in {quoted(rule.file)}"
        return Problem(steps, message, "take that one back with `grading: {late: null}`")
    message = "what lateness costs is said twice: here, and by the `steps` of the policy `late`"
    if rule.file == own != steps.file:
        return Problem(
            rule, f"{message} in {quoted(steps.file)}", "take those back with `policies: {late: {steps: null}}`"
        )
    return Problem(rule, message, "leave one of them out")


def pass_conditions_can_be_met(loaded: Loaded) -> Iterator[Problem]:
    """A condition asks for a percentage that there is, and names a letter of the course."""
    at, grading = loaded.at, loaded.course.file.grading
    if grading.missing > 100:
        message = f"{plain(grading.missing)}% for missing work is more than there is"
        yield Problem(at.value("grading", "missing"), message, "write a percentage from 0 to 100")
    if grading.decimals > 6:
        message = f"{grading.decimals} decimals are more than anybody reads"
        yield Problem(at.value("grading", "decimals"), message, "write a number from 0 to 6")
    for index, condition in enumerate(grading.pass_if):
        path = ("grading", "pass_if", str(index))
        if condition.at_least > 100:
            message = f"nobody is sure to reach {plain(condition.at_least)}%"
            yield Problem(at.value(*path, "at_least"), message, "write a percentage from 0 to 100")
        if condition.letter and condition.letter not in grading.letters and not at.is_broken("grading", "letters"):
            message = f"there is no letter {quoted(condition.letter)}"
            yield Problem(
                at.value(*path, "letter"), message, suggestion(condition.letter, list(grading.letters), "letters")
            )


def extra_credit_is_marked(loaded: Loaded) -> Iterator[Problem]:
    """Work for extra credit has points, for it would add nothing without."""
    for key, assignment in loaded.course.file.assignments.items():
        if assignment.extra and assignment.points == 0 and not loaded.at.is_broken("assignments", key, "points"):
            yield Problem(
                loaded.at.key("assignments", key, "extra"),
                f"assignment `{key}` is extra credit without points",
                "give it `points`, or leave out `extra`",
            )


def lateness_is_monotone(loaded: Loaded) -> Iterator[Problem]:
    """More hours late never cost less."""
    late = loaded.course.file.policies.get("late")
    if late is None or loaded.at.is_broken("policies", "late"):
        return
    for index, (before, after) in enumerate(pairwise(late.steps), 1):
        if after.hours <= before.hours or after.penalty < before.penalty or after.points < before.points:
            yield Problem(
                loaded.at.value("policies", "late", "steps", index),
                f"up to {after.hours} hours at {_cost(after)} follows up to {before.hours} hours at {_cost(before)}",
                "each step must allow more hours and cost at least as much",
            )
    for index, step in enumerate(late.steps):
        if not 0 <= step.penalty <= 100:
            yield Problem(
                loaded.at.value("policies", "late", "steps", index, "penalty"),
                f"a penalty of {plain(step.penalty)}% is impossible",
                "write a percentage from 0 to 100",
            )


def _cost(step: LateStep) -> str:
    """What a step costs: `10%`, or `10% and 5 points`."""
    return f"{plain(step.penalty)}%" + (f" and {plain(step.points)} points" if step.points else "")


def assigned_once(loaded: Loaded) -> Iterator[Problem]:
    """No lab and no module is handed in under two assignments."""
    for field, word in (("lab", "lab"), ("module", "module")):
        first: dict[str, str] = {}
        for key, assignment in loaded.course.file.assignments.items():
            item = getattr(assignment, field)
            if item is None or loaded.at.is_broken("assignments", key, field):
                continue
            if item in first:
                yield Problem(
                    loaded.at.value("assignments", key, field),
                    f"{word} `{item}` is assigned twice: by `{first[item]}` and by `{key}`",
                    "give one of them another one",
                )
            first.setdefault(item, key)


def assignments_follow_their_work(loaded: Loaded) -> Iterator[Problem]:
    """Nothing is due before the week that works on it, or before the week it is given out."""
    course = loaded.course.file
    lab_week = {
        lab: number
        for number, week in reversed(list(course.weeks.items()))
        for lab in (*week.labs, *week.optional_labs)
    }
    module_week = {module: number for number, week in reversed(list(course.weeks.items())) for module in week.modules}
    for key, assignment in course.assignments.items():
        if loaded.at.is_broken("assignments", key):
            continue
        if assignment.released is not None and assignment.released > assignment.week:
            yield Problem(
                loaded.at.value("assignments", key, "week"),
                f"assignment `{key}` is due in week {assignment.week}, before it is released in week {assignment.released}",
                "move the due week, or release it earlier",
            )
        for item, started, word in ((assignment.lab, lab_week, "lab"), (assignment.module, module_week, "module")):
            if (
                item is None
                or loaded.at.is_broken("weeks", "*", f"{word}s")
                or loaded.at.is_broken("weeks", "*", "optional_labs")
            ):
                continue
            if item not in started:
                yield Problem(
                    loaded.at.value("assignments", key, word),
                    f"assignment `{key}` is about {word} `{item}`, which no week has",
                    f"add `{item}` to a week's `{word}s`",
                )
            elif assignment.week < started[item]:
                yield Problem(
                    loaded.at.value("assignments", key, "week"),
                    f"assignment `{key}` is due in week {assignment.week}, but {word} `{item}` begins in week {started[item]}",
                    "move one of the two",
                )


def outcomes_are_assessed(loaded: Loaded) -> Iterator[Problem]:
    """Where a course says which work shows an outcome, it does so for each, and each part of the grade shows one."""
    file, at = loaded.course.file, loaded.at
    named = {key for outcome in file.outcomes for key in outcome.assessed_by}
    if not named or at.is_broken("outcomes") or at.is_broken("grading", "components"):
        return
    for index, outcome in enumerate(file.outcomes):
        if not outcome.assessed_by:
            yield Problem(
                at.value("outcomes", index),
                f"nothing that is graded shows outcome {index + 1}; the others say what does",
                f"add `assessed_by: [{next(iter(file.grading.components))}]`, or what else shows it",
                "warning",
            )
    for key, component in file.grading.components.items():
        if key not in named:
            yield Problem(
                at.key("grading", "components", key),
                f"`{key}` is {plain(component.weight)}% of the grade and shows none of the outcomes",
                "name it in the `assessed_by` of an outcome, or add the outcome it shows",
                "warning",
            )


def costs_are_told_of_all(loaded: Loaded) -> Iterator[Problem]:
    """Where a course says what one of its materials costs, it does so for each: a student adds them up."""
    file, at = loaded.course.file, loaded.at
    needed: list[tuple[Path, Material]] = [(("textbook",), file.textbook)] if file.textbook else []
    needed += [(("materials", str(index)), material) for index, material in enumerate(file.materials)]
    if not any(material.cost for _, material in needed):
        return
    for path, material in needed:
        if not material.cost and not at.is_broken(*path):
            yield Problem(
                at.value(*path),
                f"{place_name(path)} has no cost; others have one",
                "add `cost:`, such as `cost: free`",
                "warning",
            )


def edition_has_one_word(loaded: Loaded) -> Iterator[Problem]:
    """The edition of the starter code is called `edition`; `era` is an older word."""
    offering = loaded.course.file.offering
    options = offering.autograder if offering else None
    if options and options.era:
        yield Problem(
            loaded.at.key("offering", "autograder", "era"),
            "`era` is an older word for `edition`"
            + (", which stands here, too, and counts" if options.edition else ""),
            "leave it out" if options.edition else f"write `edition: {options.era}`",
            "warning",
        )


RULES = (
    weights_sum_to_100,
    counts_match,
    teams_have_members,
    something_is_left,
    extra_credit_is_marked,
    letters_descend,
    lateness_is_monotone,
    late_rules_are_whole,
    pass_conditions_can_be_met,
    assigned_once,
    assignments_follow_their_work,
    outcomes_are_assessed,
    costs_are_told_of_all,
    edition_has_one_word,
)
