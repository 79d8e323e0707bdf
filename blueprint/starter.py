"""A starter offering from a few answers, and where a new offering goes.

Nothing here asks or prints. The readers turn one answer into a value and raise `ValueError` with a sentence for the
person who typed it; `offering_text` makes the text of a file; `write_offering` puts it on disk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Any

from blueprint.bind import Binder
from blueprint.files import write_whole
from blueprint.model import DAYS, Day
from blueprint.problems import Mark, UsageError
from blueprint.yamltree import Scalar
from blueprint.zones import read_zone

SYLLABUS = "foundations"
WEEKS = 16
SESSION_MINUTES = 75
"""The syllabus a starter is built on, and the weeks and minutes it is written for."""

FEWEST_WEEKS = 5
"""With fewer the syllabus loses all work of a kind, and its weights sum to 100 no more."""

IGNORED = ("build/", "grades/", "rosters/", "*roster*.csv")
"""Lines of `.gitignore`: made files, and students' names and marks."""

DATE = re.compile(r"(?<!\d)(?:19|2\d)\d\d-\d\d-\d\d(?!\d)")
"""A date of a term, year-month-day, anywhere in a text."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_PLAIN = re.compile(r"[^\W\d_][\w.@()/+&'’-]*( [\w.()/+&'’-]+)*")
_TERM = re.compile(r"(spring|summer|fall)[-_]?(20\d\d|\d\d)(?!\d)", re.IGNORECASE)
_USUAL = {"spring": (1, 15), "summer": (6, 1), "fall": (8, 25)}
"""A day of the week in which such a term usually begins."""


# --- reading answers -------------------------------------------------------------------------------------------


def read_id(text: str) -> str:
    """The name of an offering; its file is called so, with `.yaml`."""
    text = text.removesuffix(".yaml").removesuffix(".yml")
    if not _ID.fullmatch(text):
        raise ValueError(f"`{text}` cannot name an offering; use letters, digits, `-` and `_`, such as spring27")
    if text == SYLLABUS:
        raise ValueError(f"`{text}` is the syllabus an offering is built on; choose another name, such as spring27")
    return text


def read_text(text: str) -> str:
    """One line of text."""
    text = " ".join(text.split())
    if not text or not text.isprintable():
        raise ValueError("write some text, on one line")
    return text


def read_email(text: str) -> str:
    """An e-mail address."""
    text = text.strip()
    if not _EMAIL.fullmatch(text) or not text.isprintable():
        raise ValueError(f"`{text}` is no e-mail address; write name@domain")
    return text


def read_date(text: str) -> date:
    """A day, written year-month-day."""
    day: date = _as_in_a_file(date, text)
    if not DATE.fullmatch(day.isoformat()):
        raise ValueError(f"the year {day.year} cannot be meant; write a date such as 2027-01-18")
    return day


def read_days(text: str) -> tuple[Day, ...]:
    """Days of the week in their order."""
    days: list[Day] = [
        _as_in_a_file(Day, word, "write days such as mon,wed") for word in re.split(r"[\s,/]+", text.strip())
    ]
    if len(set(days)) != len(days):
        raise ValueError("a day stands twice; the class meets once a day")
    return tuple(sorted(days, key=DAYS.index))


def read_times(text: str) -> tuple[time, time]:
    """When a class begins and ends; a session's length after it begins if only that is given."""
    first, _, last = (part.strip() for part in text.replace("–", "-").partition("-"))
    begins: time = _as_in_a_file(time, first)
    if last:
        ends: time = _as_in_a_file(time, last)
    else:
        ends = (datetime.combine(date(2000, 1, 1), begins) + timedelta(minutes=SESSION_MINUTES)).time()
    if ends <= begins:
        raise ValueError(
            f"a class from {begins:%H:%M} to {ends:%H:%M} ends before it begins; write 10:30-11:45 on a 24-hour clock"
        )
    return begins, ends


def read_students(text: str) -> int:
    """A number of students from 1 to 9999."""
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text.strip()):
        raise ValueError(f"`{text}` is no number of students; write how many are expected, such as 40")
    return int(text)


def read_weeks(text: str) -> int:
    """A number of weeks of class, no more than the syllabus has."""
    if not re.fullmatch(r"[0-9]{1,2}", text.strip()) or not FEWEST_WEEKS <= int(text) <= WEEKS:
        raise ValueError(f"`{text}` is no number of weeks from {FEWEST_WEEKS} to {WEEKS}; the syllabus has {WEEKS}")
    return int(text)


def _as_in_a_file(hint: Any, text: str, advice: str = "") -> Any:
    """The value that text means in a course file's field of a type; `ValueError` with advice where it means none."""
    binder = Binder({})
    value = binder.read(hint, Scalar(text.strip(), False, Mark("")), ())
    if binder.problems:
        raise ValueError(f"`{text}` cannot be read; {advice or binder.problems[0].hint}")
    return value


READERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "institution": read_text,
        "code": read_text,
        "instructor": read_text,
        "email": read_email,
        "start": read_date,
        "days": read_days,
        "time": read_times,
        "zone": read_zone,
        "students": read_students,
        "weeks": read_weeks,
        "term": read_text,
        "title": read_text,
    }
)
"""Question -> how its answer is read."""


# --- what is usual ---------------------------------------------------------------------------------------------


def term_of(start: date) -> str:
    """The term a first day usually belongs to, such as `Spring 2027`.

    >>> term_of(date(2027, 1, 18)), term_of(date(2026, 8, 24))
    ('Spring 2027', 'Fall 2026')
    """
    season = "Spring" if start.month < 5 else "Summer" if start.month < 8 else "Fall"
    return f"{season} {start.year}"


def usual_name(today: date) -> str:
    """The name of the next term to prepare, such as `spring27`."""
    if today < date(today.year, 1, 20):
        return f"spring{today.year % 100:02}"
    return f"fall{today.year % 100:02}" if today < date(today.year, 9, 1) else f"spring{(today.year + 1) % 100:02}"


def usual_start(course_id: str, today: date) -> date:
    """The Monday on which a term of that name would begin; the next term's where the name tells nothing."""
    match = _TERM.search(course_id) or _TERM.search(usual_name(today))
    assert match is not None
    return monday_of(date(2000 + int(match[2]) % 100, *_USUAL[match[1].lower()]))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


# --- a first offering ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers a starter offering is made from."""

    institution: str
    code: str
    instructor: str
    email: str
    start: date
    days: tuple[Day, ...]
    time: tuple[time, time]
    zone: str
    students: int
    term: str
    published: date
    weeks: int = WEEKS
    made_up: frozenset[str] = frozenset()
    """Names of answers that nobody gave."""

    @property
    def end(self) -> date:
        """The Friday of the week after the weeks of class."""
        return monday_of(self.start) + timedelta(weeks=self.weeks, days=4)

    @property
    def minutes(self) -> int:
        """The minutes of a class meeting."""
        begins, ends = (at.hour * 60 + at.minute for at in self.time)
        return ends - begins

    @property
    def is_an_evening(self) -> bool:
        """True if both sessions of a week fit into its one meeting."""
        return len(self.days) == 1 and self.minutes >= 2 * SESSION_MINUTES


_OFFERING = Template("""\
# yaml-language-server: $$schema=schema/course.json
schema: 1
extends: $syllabus.yaml

# This is your offering: the dates, rooms and people of one term. The weeks, readings, assignments and policies come
# from the syllabus named above. Whatever you write here replaces the same key there, and `null` removes it.
# A line that ends in `# change` holds something made up. After every edit, run `blueprint check $id`.
offering:
  term: $term
  institution: $institution
  # department: Department of Computer Science
  code: $code

  # Week 1 is the week of `start`. $weeks weeks of class and a week of exams follow; `end` is the last day of that one.
  start: $start
  end: $end  # change
  time_zone: $zone

  # The day of this version, printed on every document. Students may subscribe to the calendar; the ids of its
  # entries end in `domain`, which must not change during the term. Raise `revision` when you move a date.
  published: $published
  revision: 0
  domain: $domain

  # The class meetings of a week. The syllabus plans two sessions a week, $minutes minutes each.$meetings_note
  meetings:
$meetings

  # Days without class; ask your registrar, none are filled in. A holiday takes away the classes of its days. A whole
  # week without class says `skips_week: true`; later weeks then move on, so move `end` by a week, too.
  # breaks:
  #   holiday: {title: A holiday, first: $holiday}
  #   recess: {title: Recess, first: $recess_first, last: $recess_last, skips_week: true}

  staff:
    instructor:
      name: $instructor
      role: instructor
      email: $email
      # office: Room 100
      # office_hours:
      #   - {day: wed, start: "13:00", end: "14:30", room: Room 100}
    head-ta:
      name: TA to be named  # change
      role: head TA
      email: ta@example.edu  # change

  # Lab sections, each led by somebody from `staff`. Hours of grading are computed from the number of students.
  sections:
$sections

  # Whom the TA handbook sends people to. Keep the three ids; the handbook knows them by these.
  contacts:
    disability-services: {name: Disability Services, phone: to be filled in}  # change
    counseling: {name: Counseling, phone: to be filled in}  # change
    dean-of-students: {name: Dean of Students, phone: to be filled in}  # change

  # Sittings outside class hours; the registrar knows the date.
  # exams:
  #   olympics: {title: "AI Olympics: live finals", date: $exam, start: "18:00", end: "20:00", room: Room 100}

  # Places on the web that students need this term.
  # links:
  #   lms: {title: Course site, url: "https://lms.example.edu/"}
$version
# Changes to the syllabus for this term only: a deadline moved, or a week planned with one session.
# assignments:
#   log-03: {due: {date: $deadline}}
# weeks:
#   3: {sessions: {2: null}}
""")


def offering_text(course_id: str, answers: Answers) -> str:
    """A commented offering that checks clean, whatever day its term starts on."""
    return _OFFERING.substitute(offering_fields(course_id, answers))


def offering_fields(course_id: str, answers: Answers) -> dict[str, object]:
    """Name in a starter's text -> what stands there; what nobody answered is marked."""
    monday = monday_of(answers.start)

    def marked(value: object, *questions: str) -> str:
        return f"{value}  # change" if answers.made_up & set(questions) else str(value)

    def after(weeks: int, days: int = 0) -> str:
        return (monday + timedelta(weeks=weeks, days=days)).isoformat()

    meetings = [
        f'    - {{day: {day}, start: "{begins:%H:%M}", end: "{ends:%H:%M}", room: to be announced}}  # change'
        for day in answers.days
        for begins, ends in _class_times(answers)
    ]
    return {
        "id": course_id,
        "syllabus": SYLLABUS,
        "weeks": answers.weeks,
        "minutes": SESSION_MINUTES,
        "meetings_note": _EVENING if answers.is_an_evening else "",
        "version": "".join(f"{line}\n" for line in _version(answers)),
        "term": scalar(answers.term),
        "institution": marked(scalar(answers.institution), "institution"),
        "code": marked(scalar(answers.code), "code"),
        "start": marked(monday, "start"),
        "end": answers.end,
        "zone": marked(answers.zone, "zone"),
        "published": answers.published,
        "domain": marked(_domain(answers.code, answers.email), "code", "email"),
        "meetings": "\n".join(meetings),
        "holiday": after(2),
        "recess_first": after(8),
        "recess_last": after(8, 4),
        "exam": after(answers.weeks),
        "deadline": after(3, 4),
        "instructor": marked(scalar(answers.instructor), "instructor"),
        "email": marked(scalar(answers.email), "email"),
        "sections": "\n".join(_sections(answers)),
    }


_EVENING = """ This class meets once a week
  # for long enough to hold both, one after the other with a break between them."""


def _class_times(answers: Answers) -> list[tuple[time, time]]:
    """When the meetings of a day begin and end: one, or in a long evening two with a break between them."""
    begins, ends = answers.time
    if not answers.is_an_evening:
        return [(begins, ends)]
    day, length = date(2000, 1, 1), timedelta(minutes=SESSION_MINUTES)
    pause = (datetime.combine(day, begins) + length).time()
    return [(begins, pause), ((datetime.combine(day, ends) - length).time(), ends)]


def _version(answers: Answers) -> Iterator[str]:
    """The lines that make a shorter course of the syllabus: fewer weeks, fewer sessions, classes of another length."""
    once = len(answers.days) == 1 and not answers.is_an_evening
    other_length = answers.minutes != SESSION_MINUTES and not answers.is_an_evening
    if answers.weeks == WEEKS and not once and not other_length:
        return
    yield ""
    yield "# What this version leaves out of the syllabus. The reasons are printed; what depends on a week goes with it, and"
    yield "# later weeks move up. Below, weeks keep the numbers that they have in the syllabus."
    if other_length:
        yield f"session_minutes: {answers.minutes}"
    yield "drops:"
    if answers.weeks < WEEKS:
        gone = ", ".join(map(str, range(answers.weeks, WEEKS)))
        yield "  shorter-term:"
        yield '    why: "The term has {{ counts.weeks | one week | # weeks }} of class."'
        yield f"    weeks: [{gone}]  # change: the last week closes the course; of the others choose those you can spare"
    if once:
        yield "  once-a-week:"
        yield "    why: The class meets once a week."
        yield "    sessions: [2]"
    if other_length:
        yield "  other-length:"
        yield '    why: "A class of {{ minutes.session }} minutes holds less than the syllabus plans."'
        yield "    plans: true"


def _sections(answers: Answers) -> Iterator[str]:
    """One section for a small class, else two, on weekdays without class where there are such days, else not during it."""
    groups = [answers.students] if answers.students < 25 else [(answers.students + 1) // 2, answers.students // 2]
    days = sorted(("tue", "thu", "mon", "wed", "fri"), key=lambda day: day in answers.days)
    for number, (day, students) in enumerate(zip(days, groups, strict=False), 1):
        yield f"    s{number}:"
        yield f"      title: Section {number}"
        yield "      ta: head-ta"
        hour = _free_hour(answers) if day in answers.days else _SECTION_HOURS[0]
        yield f'      meeting: {{day: {day}, start: "{hour:02}:00", end: "{hour:02}:50", room: to be announced}}  # change'
        yield f"      students: {students}" + "  # change" * ("students" in answers.made_up)


_SECTION_HOURS = (14, 16, 10, 18, 8)
"""When a section may begin, the usual hour first."""


def _free_hour(answers: Answers) -> int:
    """The hour at which a section can begin on a day with class."""
    begins, ends = answers.time
    return next((h for h in _SECTION_HOURS if ends <= time(h) or time(h, 50) <= begins), _SECTION_HOURS[0])


def _domain(code: str, email: str) -> str:
    """A domain of the course's own under the instructor's: `cs4290.harbor.example.edu`."""
    course = "".join(re.findall(r"[a-z0-9]+", code.lower())) or "course"
    place = email.rpartition("@")[2].lower()
    return f"{course}.{place}" if re.fullmatch(r"[a-z0-9.-]+", place) else f"{course}.invalid"


def scalar(text: str) -> str:
    """A text as a YAML scalar: bare where no reader can mistake it, else in double quotes."""
    mistaken = text.lower() in ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
    return text if _PLAIN.fullmatch(text) and not mistaken else json.dumps(text, ensure_ascii=False)


# --- on disk ---------------------------------------------------------------------------------------------------


def target(root: Path, course_id: str) -> Path:
    """The file a new offering goes to; `UsageError` if something is there already."""
    path = root / "syllabi" / f"{course_id}.yaml"
    for taken in (path, path.with_suffix(".yml")):
        if taken.exists():
            raise UsageError(
                f"{taken.relative_to(root).as_posix()} is there already and is not overwritten; choose another name, or remove it"
            )
    return path


def write_offering(root: Path, course_id: str, text: str) -> list[str]:
    """Write an offering, the schemas its editor needs and the `.gitignore`; returns a line about each."""
    from blueprint.jsonschema import write_schemas

    path = target(root, course_id)
    schemas = write_schemas(path.parent)
    ignored = ignore(root)
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
    written = [
        f"wrote {path.relative_to(root).as_posix()}",
        f"wrote {schemas[0].parent.relative_to(root).as_posix()}/ (your editor completes keys from it)",
    ]
    return written + ([f"added to .gitignore: {' '.join(ignored)}"] if ignored else [])


def write_workflow(root: Path, course_id: str) -> str:
    """Write the workflow by which GitHub publishes the students' site; returns a line about it. Overwrites nothing."""
    file = root / ".github" / "workflows" / "course-site.yml"
    name = file.relative_to(root).as_posix()
    if file.exists():
        return f"kept {name}, which is there already"
    shape = files("blueprint").joinpath("course-site.yml").read_text("utf-8")
    write_whole(file, shape.replace("OFFERING", course_id).encode())
    return f"wrote {name} (choose GitHub Actions as the source of Pages in the repository's settings)"


def ignore(root: Path) -> list[str]:
    """Add to `.gitignore` what it does not hold yet; removes nothing. Returns the lines added."""
    file = root / ".gitignore"
    before = file.read_text("utf-8", errors="surrogateescape") if file.exists() else ""
    present = {line.strip().strip("/") for line in before.splitlines()}
    missing = [line for line in IGNORED if line.strip("/") not in present]
    if missing:
        with file.open("a", encoding="utf-8", newline="\n") as end:
            end.write("\n" * (before != "" and not before.endswith("\n")) + "".join(f"{line}\n" for line in missing))
    return missing
