"""Everything a course is built into, as tasks: the list a newcomer reads to see what `build-course` makes.

A document's text is rendered here, at once, because that takes milliseconds; parsing, typesetting and writing are
tasks keyed by that text. So a change to one week's title rebuilds exactly the files whose text holds it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from blueprint.build import Made, Task, TaskError
from blueprint.build_folder import digest
from blueprint.load import Loaded
from blueprint.model import Criterion, DeckFormat, Markdown, Rubric, Sample, Span
from blueprint.paths import CoursePaths
from blueprint.schedule import make_schedule
from generator.decks.draft import is_draft
from generator.decks.lectures import Lectures
from generator.decks.read import ReadDeck
from generator.decks.tasks import SLIDES, deck_tasks, options_of
from generator.documents import templating
from generator.documents.document import Document
from generator.documents.publication import program, publication
from generator.documents.template_context import TemplateContext
from generator.text.locale import locale_of

_LABELS = {".pptx": "PowerPoint", ".tex": "LaTeX", "-handout.html": "handout", "-handout.pdf": "handout PDF"}
"""The ending of a deck's file -> the name the index gives it."""
_OUTLINES: Mapping[DeckFormat, str] = {"pptx": ".pptx", "beamer": ".tex"}
"""The formats an outline has, and how its files end."""


@dataclass(frozen=True, slots=True)
class DeckFile:
    """A deck's file as the index links it."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class DeckLinks:
    """One deck of a week."""

    title: Markdown
    finished: bool
    files: tuple[DeckFile, ...]


def tasks(loaded: Loaded, lectures: Lectures, paths: CoursePaths) -> list[Task]:
    """Every task of an offering, in the order a person would name them."""
    return list(_CourseTasks(loaded, lectures, paths).all())


class _CourseTasks:
    """Makes the tasks of a course's build; holds what they share."""

    def __init__(self, loaded: Loaded, lectures: Lectures, paths: CoursePaths) -> None:
        self.course = loaded.course
        self.lectures = lectures
        self.deck_tasks = deck_tasks(list(lectures.decks.values()), paths, options_of(loaded))
        self.locale = locale_of(loaded)
        catalog = loaded.beside(loaded.course.file.labels)
        self.catalog = digest(catalog.read_bytes()) if catalog else ""
        self.view = TemplateContext(self.course, make_schedule(self.course), self.locale)
        self.paths = paths
        self.files = tuple(paths.named(p) for p in loaded.files)
        offering = loaded.course.file.offering
        reference = loaded.beside(offering.reference_docx if offering else None)
        self.reference = Path(str(reference)) if reference else None

    def all(self) -> Iterator[Task]:
        """Every task of a course's build, in the order in which they are listed."""
        yield from self._syllabus()
        yield from self._weeks()
        yield from self._calendar()
        yield from self._course_map()
        yield from self._handbook()
        yield from self._rubric_sheets()
        for number in self.course.file.weeks:
            yield from self._announcement(number)
        yield from self.deck_tasks
        yield from self._own_decks()
        for key in self.course.registry.chapters:
            if key not in self.lectures.chapters and any(key in week.read for week in self.course.file.weeks.values()):
                yield from self._outline_decks(key)
        yield from self._index()

    # --- documents ---

    def _syllabus(self) -> Iterator[Task]:
        yield from self._document(
            "syllabus", "syllabus", "syllabus.md.j2", self.label("Syllabus"), ("html", "pdf", "docx"), sources="syllabi"
        )

    def _weeks(self) -> Iterator[Task]:
        yield from self._document(
            "weeks", "syllabus", "weeks.md.j2", self.label("Week by week"), ("html", "pdf", "docx"), sources="syllabi"
        )

    def label(self, message: str, **values: object) -> str:
        """A label in the offering's locale."""
        return self.locale.label(message, **values)

    def _course_map(self) -> Iterator[Task]:
        yield from self._document(
            "course-map",
            "map",
            "course-map.md.j2",
            self.label("Course map"),
            ("html",),
            sources="syllabi",
            style="page",
            figures={"map": self._map_svg()},
        )

    def _handbook(self) -> Iterator[Task]:
        """The TA handbook and its week sheets, if the course has one."""
        if self.course.handbook is None:
            return
        yield from self._document(
            "ta-handbook",
            "handbook",
            "handbook.md.j2",
            self.label("TA handbook"),
            ("html", "pdf", "docx"),
            sources="",
            **self._handbook_values(),
        )
        for number in self.course.file.weeks:
            if self.view.section_week(number):
                yield from self._week_sheet(number)

    def _rubric_sheets(self) -> Iterator[Task]:
        """A sheet for each rubric, and the file by which Canvas takes them."""
        for key, rubric in self.course.rubrics.items():
            yield from self._document(
                f"rubrics/{key}",
                "rubrics",
                "rubric.md.j2",
                str(rubric.title),
                ("html", "pdf"),
                sources=f"rubrics/{key}",
                subtitle=f"{self._rubric_line(rubric)} · {self._course_line()}",
                rubric=rubric,
            )
        if self.course.rubrics:
            yield self._canvas()

    def _rubric_line(self, rubric: Rubric) -> str:
        return self.label("Rubric, {points} points", points=self.locale.number(Decimal(str(rubric.points))))

    def _index(self) -> Iterator[Task]:
        """The page that links everything."""
        yield from self._document(
            "index",
            "index",
            "index.md.j2",
            self.view.code_and_title,
            ("html",),
            sources="syllabi",
            style="page",
            subtitle=self.label("Everything for {term}", term=self.view.offering.term),
            decks=self._decks,
            finished=sum(any(d.finished for d in self._decks(n)) for n in self.course.file.weeks),
            week_file=week_file,
            styles=[self._file_link(name) for t in self.deck_tasks if not t.sources for name in t.outputs],
        )

    def _course_line(self) -> str:
        return f"{self.view.code_and_title}, {self.view.offering.term}"

    def _document(
        self,
        name: str,
        group: str,
        template_name: str,
        title: str,
        formats: tuple[str, ...],
        *,
        sources: str,
        subtitle: str | None = None,
        style: str = "article",
        figures: dict[str, str] | None = None,
        **values: Any,
    ) -> Iterator[Task]:
        """A document from a template, in each format."""
        offering = self.view.offering
        text = templating.render(
            template_name, locale=self.locale, language=self.course.file.language, view=self.view, **values
        )
        document = Document(
            title,
            subtitle if subtitle is not None else self._course_line(),
            self.course.file.language,
            offering.published,
            text,
            style,
            offering.paper or self.locale.paper,
            offering.instructor_names,
            self.locale,
            self._course_line(),
            offering.website,
        )
        yield from publication(
            document,
            name,
            group,
            formats,
            self._sources(sources),
            figures=figures,
            reference=self.reference.read_bytes() if self.reference else b"",
            reference_source=(self.paths.named(self.reference),) if self.reference else (),
        )

    def _sources(self, kind: str) -> tuple[str, ...]:
        """The content files a document is made from: the syllabi, plus the rubric or all of them."""
        syllabi = tuple(
            f for f in self.files if not f.removeprefix("shipped:").startswith("rubrics/") and "/handbook/" not in f
        )
        if kind == "syllabi":
            return syllabi
        if kind.startswith("rubrics/"):
            return (*(f for f in self.files if f.removeprefix("shipped:").startswith(kind)), *syllabi[:2])
        return self.files

    def _week_sheet(self, number: int) -> Iterator[Task]:
        week = self.course.file.weeks[number]
        labs = "; ".join(str(self.view.lab_title(lab)) for lab in self.view.labs(week))
        yield from self._document(
            f"ta/{week_file(number)}",
            "ta",
            "week.md.j2",
            self.label("Week {number}: {title}", number=number, title=week.title),
            ("html", "pdf"),
            sources="",
            n=number,
            style="sheet",
            subtitle=" · ".join(x for x in (labs, self._course_line()) if x),
        )

    def _announcement(self, number: int) -> Iterator[Task]:
        yield from self._document(
            f"announcements/{week_file(number)}",
            "announcements",
            "announcement.md.j2",
            self.label("Week {number}", number=number),
            ("md",),
            sources="syllabi",
            n=number,
        )

    def _map_svg(self) -> str:
        from generator.documents.coursemap import svg

        return svg(self.view)

    def _handbook_values(self) -> dict[str, Any]:
        """Rows of the handbook whose columns depend on the offering's sections and a rubric's criteria."""
        sections = list(self.view.offering.sections.values())
        view = self.view

        def hour_row(number: int) -> Any:
            totals = [view.hours(view.grading_total(number, s.students)) for s in sections]
            what = ", ".join(view.grading_hours(number, 1)) or self.label("nothing")
            return templating.row(number, *totals, what)

        def hour_total() -> Any:
            cells = []
            for section in sections:
                spans = [view.grading_total(number, section.students) for number in self.course.file.weeks]
                cells.append(view.hours(Span(sum(s.low for s in spans), sum(s.high for s in spans))))  # type: ignore[arg-type]
            return templating.row(self.label("All"), *cells, self.label("the whole term"))

        return {
            "hour_headings": [self.label("Week"), *(s.title for s in sections), self.label("What")],
            "hour_widths": " ".join(["1", *["2"] * len(sections), "6"]),
            "hour_row": hour_row,
            "hour_total": hour_total,
            "marks_headings": self._marks_headings,
            "marks_widths": _marks_widths,
            "marks_row": _marks_row,
        }

    def _marks_headings(self, rubric: Rubric) -> list[str]:
        return [self.label("Sample"), *(_short(c) for c in rubric.criteria.values()), self.label("Total")]

    # --- the other outputs ---

    @property
    def _words(self) -> str:
        """What changes when labels or dates are written otherwise."""
        return f"{self.course.file.language}, {self.locale.tag}, {self.catalog}"

    def _task(
        self, name: str, group: str, inputs: dict[str, str], make: Callable[[], bytes], sources: tuple[str, ...]
    ) -> Task:
        return Task(
            name, group, (name,), {**inputs, "program": program()}, lambda made: {name: make()}, sources=sources
        )

    def _calendar(self) -> Iterator[Task]:
        from generator.documents.calendar import ics, schedule_csv

        facts = digest(
            repr(
                (
                    self.course.file.offering,
                    self.view.schedule,
                    self.course.file.weeks,
                    self.course.registry,
                    self.course.file.title,
                )
            )
        )
        yield self._task(
            "schedule.ics",
            "schedule",
            {"dates and titles": facts, "language": self._words, "icalendar": installed("icalendar")},
            lambda: ics(self.course, self.view.schedule, self.locale),
            self._sources("syllabi"),
        )
        yield self._task(
            "schedule.csv",
            "schedule",
            {"dates and titles": facts, "language": self._words},
            lambda: schedule_csv(self.course, self.view.schedule, self.locale).encode(),
            self._sources("syllabi"),
        )

    def _canvas(self) -> Task:
        from generator.documents.canvas_rubrics import rubrics_csv

        sources = tuple(f for f in self.files if f.removeprefix("shipped:").startswith("rubrics/"))

        def make() -> bytes:
            try:
                return rubrics_csv(self.course.rubrics).encode()
            except ValueError as error:
                raise TaskError(f"Canvas cannot take these rubrics: {error}") from None

        return self._task(
            "rubrics/canvas.csv", "rubrics", {"rubrics": digest(repr(dict(self.course.rubrics)))}, make, sources
        )

    def _outline_decks(self, key: str) -> Iterator[Task]:
        from generator.decks.chapter_outline import outline_beamer, outline_pptx

        weeks = [(n, w.title, w.question) for n, w in self.course.file.weeks.items() if key in w.read]
        offering = self.view.offering
        facts = digest(
            repr(
                (
                    self.course.registry.chapters[key],
                    weeks,
                    self.course.file.title,
                    offering.term,
                    offering.code,
                    offering.institution,
                    offering.instructor_names,
                    self.course.file.language,
                )
            )
        )
        writers: dict[str, Callable[..., str | bytes]] = {".pptx": outline_pptx, ".tex": outline_beamer}
        for ending in self._outline_endings():
            name, make = f"{SLIDES}{key}-outline{ending}", writers[ending]
            inputs = {"title and objectives": facts} | (
                {"python-pptx": installed("python-pptx")} if ending == ".pptx" else {}
            )
            yield self._task(
                name, "slides", inputs, functools.partial(_as_bytes, make, self.course, key), self._sources("syllabi")
            )

    def _outline_endings(self) -> list[str]:
        """The endings of a chapter outline's files: in the formats its offering asks for, in both where it asks for neither."""
        formats = self.view.offering.slides.formats
        return [ending for name, ending in _OUTLINES.items() if name in formats] or list(_OUTLINES.values())

    def _own_decks(self) -> Iterator[Task]:
        """The instructor's own decks, copied."""
        for name, place in {_own_name(written): place for written, place in self.lectures.own.items()}.items():
            inputs, copy = {"your file": digest(place.read_bytes())}, functools.partial(_copied, name, place)
            yield Task(name, "slides", (name,), inputs, copy, sources=(self.paths.named(place),))

    def _decks(self, number: int) -> list[DeckLinks]:
        """The decks of a week, as the index lists them: finished ones, the instructor's own, outlines."""
        week = self.course.file.weeks[number]
        decks = [self._finished(self.lectures.decks[deck]) for deck in self.lectures.weeks[number]]
        for _, session in sorted(week.sessions.items()):
            if session.own_deck:
                file = self._file_link(_own_name(session.own_deck))
                decks.append(DeckLinks(session.title, True, (file,)))
        for key in week.read:
            if key not in self.lectures.chapters:
                names = ((_LABELS[ending], f"{SLIDES}{key}-outline{ending}") for ending in self._outline_endings())
                files = tuple(DeckFile(label, name) for label, name in names)
                decks.append(DeckLinks(self.course.registry.chapters[key].title, False, files))
        return decks

    @staticmethod
    def _file_link(name: str) -> DeckFile:
        return DeckFile(name.removeprefix(SLIDES), name)

    def _finished(self, read: ReadDeck) -> DeckLinks:
        source = self.paths.named(read.path)
        outputs = [n for t in self.deck_tasks if source in t.sources and not t.intermediate for n in t.outputs]
        files = (
            DeckFile(label, name) for ending, label in _LABELS.items() for name in outputs if name.endswith(ending)
        )
        return DeckLinks(read.deck.title, not is_draft(read.deck), tuple(files))


def week_file(number: int) -> str:
    """The name of a week's files: `week-03`."""
    return f"week-{number:02d}"


def _own_name(written: str) -> str:
    """The place of an instructor's own deck in the build folder: under its own name."""
    return f"{SLIDES}{Path(written).name}"


def _copied(name: str, place: Path, _: Made) -> Made:
    try:
        return {name: place.read_bytes()}
    except OSError as error:
        raise TaskError(f"{place.name} cannot be read: {error.strerror}") from None


def _as_bytes(make: Callable[..., str | bytes], *arguments: object) -> bytes:
    data = make(*arguments)
    return data.encode() if isinstance(data, str) else data


# --- calibration tables ---


def _short(criterion: Criterion) -> str:
    return re.sub(r"\s+", " ", criterion.title)


def _marks_widths(rubric: Rubric) -> str:
    return " ".join(["5", *["2.4"] * len(rubric.criteria), "1.4"])


def _marks_row(rubric: Rubric, sample: Sample) -> Any:
    marks = [sample.marks[key] for key in rubric.criteria]
    return templating.row(sample.title, *marks, sum(marks))
