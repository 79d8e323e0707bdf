"""Everything a course is built into, as tasks: the list a newcomer reads to see what `build-course` makes.

A document's text is rendered here, at once, because that takes milliseconds; parsing, typesetting and writing are
tasks keyed by that text. So a change to one week's title rebuilds exactly the files whose text holds it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from blueprint.bind import Positions
from blueprint.build import Made, Task, TaskError
from blueprint.build_folder import digest
from blueprint.load import Loaded
from blueprint.model import Assignment, Criterion, Markdown, Release, Rubric, Sample, Span
from blueprint.paths import CoursePaths
from blueprint.public import published_course
from blueprint.schedule import make_schedule, zone_of
from generator.decks.chapter_outline import outline_deck
from generator.decks.draft import is_draft
from generator.decks.lectures import Lectures
from generator.decks.powerpoint.without_notes import without_notes
from generator.decks.read import ReadDeck
from generator.decks.tasks import SLIDES, deck_tasks, options_of
from generator.documents import templating
from generator.documents.document import Document
from generator.documents.publication import program, publication
from generator.documents.template_context import TemplateContext
from generator.site.handouts import Material
from generator.site.pages import site_menu
from generator.site.tasks import SITE, site_tasks
from generator.text.locale import N_, labels_of_texts, locale_of
from generator.text.placeholders import with_facts

_LABELS = {".pptx": "PowerPoint", ".tex": "LaTeX", "-handout.html": N_("handout"), "-handout.pdf": N_("handout PDF")}
"""The ending of a deck's file -> the name the index gives it."""
_RELEASES: Mapping[Release, str] = {
    "after class": N_("It comes to the course site after its class."),
    "with its week": N_("It comes to the course site with its week."),
    "at once": N_("It is on the course site from the beginning."),
    "never": N_("It comes to the course site only where a session says when."),
}
"""When students get the handouts of a term, as the index says it."""
_HANDOUTS = ("handout", "handout PDF")
"""The formats of a deck that students get."""
STAFF = "staff/"
"""The folder of what only those who teach may see."""


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


def tasks(
    loaded: Loaded,
    lectures: Lectures,
    paths: CoursePaths,
    now: datetime | None = None,
    decks: list[Task] | None = None,
) -> list[Task]:
    """Every task of an offering, in the order a person would name them.

    The students' site is that of the moment `now`, the end of the day the offering was `published` if left out.
    `decks` are the tasks of its lectures (`lecture_tasks`), where these are known already.
    """
    return list(_CourseTasks(loaded, lectures, paths, now, decks or lecture_tasks(loaded, lectures, paths)).all())


def lecture_tasks(loaded: Loaded, lectures: Lectures, paths: CoursePaths) -> list[Task]:
    """The tasks of an offering's lectures: the slow part, for where each slide's text is laid out."""
    return deck_tasks(list(lectures.decks.values()), paths, options_of(loaded))


class _CourseTasks:
    """Makes the tasks of a course's build; holds what they share."""

    def __init__(
        self, loaded: Loaded, lectures: Lectures, paths: CoursePaths, now: datetime | None, decks: list[Task]
    ) -> None:
        self.locale = locale_of(loaded)
        schedule = make_schedule(loaded.course)
        self.course = with_facts(loaded.course, schedule, self.locale)
        self.lectures = lectures
        self.deck_tasks = decks
        catalog = loaded.beside(loaded.course.file.labels)
        self.catalog = digest(catalog.read_bytes()) if catalog else ""
        self.view = TemplateContext(self.course, make_schedule(self.course), self.locale)
        public = published_course(self.course)
        self.public = TemplateContext(public, make_schedule(public), self.locale)
        self.now = now or datetime.combine(self.course.offering.published, time.max, zone_of(self.course.offering))
        self.paths = paths
        self.files = tuple(paths.named(p) for p in loaded.files)
        offering = loaded.course.file.offering
        self.outlines = dict(self._outlines(loaded))
        self.outline_tasks = list(self._outline_tasks(loaded))
        reference = loaded.beside(offering.reference_docx if offering else None)
        self.reference = Path(str(reference)) if reference else None

    def all(self) -> Iterator[Task]:
        """Every task of a course's build, in the order in which they are listed."""
        yield from self._site()
        yield from self._handbook()
        yield from self._rubric_sheets()
        for number in self.course.file.weeks:
            yield from self._announcement(number)
        yield from self.deck_tasks
        yield from self._own_decks()
        yield from self.outline_tasks
        yield from self._index()

    # --- documents ---

    def label(self, message: str, **values: object) -> str:
        """A label in the offering's locale."""
        return self.locale.label(message, **values)

    def _rendered(self, template: str, view: TemplateContext | None = None, **values: Any) -> str:
        """The Markdown of a template, of the whole course where no other view of it is given."""
        language = self.course.file.language
        return templating.render(template, locale=self.locale, language=language, view=view or self.view, **values)

    def _site(self) -> Iterator[Task]:
        """The students' site, with the documents it hands out; all of it is made from the public copy of the course."""
        syllabus = self._rendered("syllabus.md.j2", self.public)
        yield from site_tasks(
            self.public, list(self._materials()), self.now, syllabus, self._words, self._sources("syllabi")
        )
        yield from self._document(
            f"{SITE}syllabus", "syllabus", syllabus, self.label("Syllabus"), ("pdf", "docx"), sources="syllabi"
        )
        yield from self._document(
            f"{SITE}weeks",
            "syllabus",
            self._rendered("weeks.md.j2", self.public),
            self.label("Week by week"),
            ("html", "pdf", "docx"),
            sources="syllabi",
        )
        yield from self._document(
            f"{SITE}course-map",
            "map",
            self._rendered("course-map.md.j2", self.public),
            self.label("Course map"),
            ("html",),
            sources="syllabi",
            style="page",
            figures={"map": self._map_svg()},
        )

    def _materials(self) -> Iterator[Material]:
        """The handouts of each week, and the instructor's own decks that a session gives out."""
        term = self.view.offering.slides.release
        for number, week in self.course.file.weeks.items():
            sessions = sorted(week.sessions.items())
            for deck in self.lectures.weeks[number]:
                place, session = next(((n, s) for n, s in sessions if s.deck == deck), (None, None))
                read = self.lectures.decks[deck]
                files = [(label, name) for name, label in self._files_of(read).items() if label in _HANDOUTS]
                release = session.release if session and session.release else term
                if not is_draft(read.deck):
                    yield Material(number, place, read.deck.title, tuple(files), release)
            for place, session in sessions:
                if session.own_deck and session.release:
                    file = (_LABELS.get(Path(session.own_deck).suffix, "PDF"), _own_name(session.own_deck))
                    powerpoint = session.own_deck.lower().endswith(".pptx")
                    give = without_notes if powerpoint else None
                    yield Material(number, place, session.title, (file,), session.release, give)

    def _handbook(self) -> Iterator[Task]:
        """The TA handbook and its week sheets, if the course has one."""
        if self.course.handbook is None:
            return
        yield from self._document(
            f"{STAFF}ta-handbook",
            "handbook",
            self._rendered("handbook.md.j2", **self._handbook_values()),
            self.label("TA handbook"),
            ("html", "pdf", "docx"),
            sources="",
        )
        for number in self.course.file.weeks:
            if self.view.section_week(number):
                yield from self._week_sheet(number)

    def _rubric_sheets(self) -> Iterator[Task]:
        """A sheet for each rubric, and the file by which Canvas takes them."""
        for key, rubric in self.course.rubrics.items():
            yield from self._document(
                f"{STAFF}rubrics/{key}",
                "rubrics",
                self._rendered("rubric.md.j2", rubric=rubric, references=self._references(key)),
                str(rubric.title),
                ("html", "pdf"),
                sources=f"rubrics/{key}",
                subtitle=f"{self._rubric_line(rubric)} · {self._course_line()}",
            )
        if self.course.rubrics:
            yield self._canvas()

    def _references(self, rubric: str) -> list[Assignment]:
        """The assignments marked with a rubric that give graders a result to compare with."""
        assignments = self.course.file.assignments.values()
        return [a for a in assignments if a.reference and a.points and self.course.rubric_of(a) == rubric]

    def _rubric_line(self, rubric: Rubric) -> str:
        return self.locale.counted("Rubric, {count} point", "Rubric, {count} points", rubric.points)

    def _index(self) -> Iterator[Task]:
        """The page that links everything."""
        text = self._rendered(
            "index.md.j2",
            decks=self._decks,
            has_decks=any(self._decks(n) for n in self.course.file.weeks),
            has_sheets=any(self.view.section_week(n) for n in self.course.file.weeks),
            finished=sum(any(d.finished for d in self._decks(n)) for n in self.course.file.weeks),
            week_file=week_file,
            site_day=self.now,
            release=self.label(_RELEASES[self.view.offering.slides.release]),
            styles=[
                self._file_link(name)
                for t in (*self.deck_tasks, *self.outline_tasks)
                if not t.sources
                for name in t.outputs
            ],
        )
        yield from self._document(
            "index",
            "index",
            text,
            self.view.code_and_title,
            ("html",),
            sources="syllabi",
            style="page",
            subtitle=self.label("Everything for {term}", term=self.view.offering.term),
        )

    def _course_line(self) -> str:
        return f"{self.view.code_and_title}, {self.view.offering.term}"

    def _document(
        self,
        name: str,
        group: str,
        text: str,
        title: str,
        formats: tuple[str, ...],
        *,
        sources: str,
        subtitle: str | None = None,
        style: str = "article",
        figures: dict[str, str] | None = None,
    ) -> Iterator[Task]:
        """A document in each format."""
        offering = self.view.offering
        document = Document(
            title,
            subtitle if subtitle is not None else self._course_line(),
            self.course.file.language,
            offering.published,
            text,
            style,
            self.locale.paper_of(offering),
            offering.instructor_names,
            self.locale,
            self._course_line(),
            offering.website,
            site_menu(self.public) if name.startswith(SITE) else (),
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
            f"{STAFF}ta/{week_file(number)}",
            "ta",
            self._rendered("week.md.j2", n=number),
            self.label("Week {number}: {title}", number=number, title=week.title),
            ("html", "pdf"),
            sources="",
            style="sheet",
            subtitle=" · ".join(x for x in (labs, self._course_line()) if x),
        )

    def _announcement(self, number: int) -> Iterator[Task]:
        yield from self._document(
            f"{STAFF}announcements/{week_file(number)}",
            "announcements",
            self._rendered("announcement.md.j2", n=number),
            self.label("Week {number}", number=number),
            ("md",),
            sources="syllabi",
        )

    def _map_svg(self) -> str:
        from generator.documents.coursemap import svg

        return svg(self.public)

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

    def _canvas(self) -> Task:
        from generator.documents.canvas_rubrics import rubrics_csv

        sources = tuple(f for f in self.files if f.removeprefix("shipped:").startswith("rubrics/"))

        def make() -> bytes:
            try:
                return rubrics_csv(self.course.rubrics).encode()
            except ValueError as error:
                raise TaskError(f"Canvas cannot take these rubrics: {error}") from None

        return self._task(
            f"{STAFF}rubrics/canvas.csv", "rubrics", {"rubrics": digest(repr(dict(self.course.rubrics)))}, make, sources
        )

    def _outlines(self, loaded: Loaded) -> Iterator[tuple[str, ReadDeck]]:
        """The outline of each chapter that is read and has no lecture: a deck that no file holds."""
        words = labels_of_texts(self.course.file.language, self.locale)
        for key in self.course.registry.chapters:
            if key not in self.lectures.chapters and any(key in week.read for week in self.course.file.weeks.values()):
                place = Positions(values={(): loaded.registry_at.key("chapters", key)})
                deck = outline_deck(self.course, key, words)
                yield key, ReadDeck(f"{key}-outline", loaded.files[0], deck, place, ())

    def _outline_tasks(self, loaded: Loaded) -> Iterator[Task]:
        """The tasks of the outlines, in the formats of the term; each is as long as it is."""
        known = {task.name for task in self.deck_tasks}  # the files that all decks share
        options = replace(options_of(loaded), minutes=None)
        for task in deck_tasks(list(self.outlines.values()), self.paths, options):
            if task.name not in known:
                yield replace(task, sources=self._sources("syllabi")) if task.sources else task

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
        return [*decks, *(self._linked_outline(key) for key in week.read if key in self.outlines)]

    def _linked_outline(self, key: str) -> DeckLinks:
        begins = f"{SLIDES}{self.outlines[key].id}-"
        outputs = [name for task in self.outline_tasks for name in task.outputs if name.startswith(begins)]
        files = tuple(DeckFile(label, name) for name, label in _labelled(outputs).items())
        return DeckLinks(self.course.registry.chapters[key].title, False, files)

    @staticmethod
    def _file_link(name: str) -> DeckFile:
        return DeckFile(name.removeprefix(SLIDES), name)

    def _finished(self, read: ReadDeck) -> DeckLinks:
        files = tuple(DeckFile(label, name) for name, label in self._files_of(read).items())
        return DeckLinks(read.deck.title, not is_draft(read.deck), files)

    def _files_of(self, read: ReadDeck) -> dict[str, str]:
        """The files made of a deck, each with the name of its format."""
        source = self.paths.named(read.path)
        outputs = [n for t in self.deck_tasks if source in t.sources and not t.intermediate for n in t.outputs]
        return _labelled(outputs)


def _labelled(outputs: list[str]) -> dict[str, str]:
    """The files of a deck that the index links, each with the name of its format."""
    return {name: label for ending, label in _LABELS.items() for name in outputs if name.endswith(ending)}


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


# --- calibration tables ---


def _short(criterion: Criterion) -> str:
    return re.sub(r"\s+", " ", criterion.title)


def _marks_widths(rubric: Rubric) -> str:
    return " ".join(["5", *["2.4"] * len(rubric.criteria), "1.4"])


def _marks_row(rubric: Rubric, sample: Sample) -> Any:
    marks = [sample.marks[key] for key in rubric.criteria]
    return templating.row(sample.title, *marks, sum(marks))
