"""The outline deck of a chapter, as PowerPoint and as LaTeX."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.load import load
from blueprint.model import (
    ENGLISH,
    Chapter,
    Component,
    Course,
    CourseFile,
    GradingScheme,
    Language,
    LateStep,
    Markdown,
    Meeting,
    Offering,
    Part,
    Person,
    Policy,
    Registry,
    Session,
    Week,
)
from blueprint.paths import CoursePaths
from generator.decks.chapter_outline import outline_beamer, outline_pptx
from generator.documents.templating import escape
from generator.text.latex import latex_text
from generator.text.plain import plain_text

OBJECTIVES = tuple(
    map(
        Markdown,
        (
            "Count the *bytes* of a tensor.",
            "Compute $D_{vol} / BW$ for `a_b`, 50% & more.",
            "Compare **rows** with columns.",
            "Predict the #1 limit.",
            "Derive $x^2$ from {braces}.",
            "Sketch a cache.",
            "Explain 3 < 4.",
        ),
    )
)


def make_course(
    objectives: tuple[Markdown, ...] = OBJECTIVES,
    *,
    question: str = "What *moves*?",
    weeks: tuple[int, ...] = (3,),
    language: Language = ENGLISH,
    title: str = "Machines & Learning",
    offered: bool = True,
    instructor: str = "Ada O'Neil",
) -> Course:
    """A course with one chapter, `c1`, read in the given weeks of three."""
    offering = Offering(
        term="Spring_2030",
        institution="Harbor",
        start=date(2030, 1, 7),
        end=date(2030, 5, 1),
        time_zone="America/Chicago",
        published=date(2029, 12, 1),
        meetings=(Meeting(day="mon", start=time(9), end=time(10)),),
        staff={"i": Person(name=instructor, role="instructor")},
    )
    text = Markdown("-")
    file = CourseFile(
        schema=1,
        title=Markdown(title),
        language=language,
        description=text,
        registries=(),
        parts={"p": Part(title=text, goal=text)},
        weeks={
            n: Week(
                title=text,
                part="p",
                question=Markdown(question),
                read=("c1",) if n in weeks else (),
                objectives=(text,),
                sessions={1: Session(kind="lecture", title=text)},
            )
            for n in (2, 3, 4)
        },
        grading=GradingScheme(components={"c": Component(title=text, weight=Decimal(100), count=1)}),
        policies={"late": Policy(steps=(LateStep(hours=24, penalty=Decimal(10)),), text=text)},
        offering=offering if offered else None,
    )
    chapter = Chapter(number=7, title=Markdown("Data_Paths"), slug="data", objectives=objectives)
    return Course("x", file, Registry(schema=1, chapters={"c1": chapter}), {}, None)


def opened(data: bytes) -> Any:
    from pptx import Presentation

    return Presentation(io.BytesIO(data))


def texts(slide: Any) -> list[str]:
    """The paragraphs of a slide, title first."""
    return [p.text for shape in slide.placeholders for p in shape.text_frame.paragraphs]


def bodies(slides: Any) -> list[list[str]]:
    """The body paragraphs of each objectives slide."""
    return [texts(s)[1:] for s in slides if s.shapes.title.text.startswith("After this chapter")]


def frames(tex: str) -> list[str]:
    return re.findall(r"\\begin\{frame\}.*?\\end\{frame\}", tex, re.DOTALL)


# --- both formats ----------------------------------------------------------------------------------------------


def test_every_objective_is_on_a_slide_once_and_in_order() -> None:
    """Neither format loses, repeats or reorders an objective."""
    course = make_course()
    assert [text for body in bodies(opened(outline_pptx(course, "c1")).slides) for text in body] == [
        plain_text(o) for o in OBJECTIVES
    ]
    assert re.findall(r"^ *\\item (.*)$", outline_beamer(course, "c1"), re.MULTILINE) == [
        latex_text(o) for o in OBJECTIVES
    ]


@pytest.mark.parametrize(("count", "pages"), [(1, [1]), (4, [4]), (5, [3, 2]), (7, [4, 3]), (8, [4, 4])])
def test_more_than_four_objectives_take_two_slides(count: int, pages: list[int]) -> None:
    """Four objectives fit on a slide; more are split evenly, and the headlines then say which part this is."""
    course = make_course(tuple(Markdown(f"Name {n} parts.") for n in range(count)))
    slides = opened(outline_pptx(course, "c1")).slides
    assert [len(body) for body in bodies(slides)] == pages
    assert [frame.count("\\item ") for frame in frames(outline_beamer(course, "c1")) if "\\item " in frame] == pages
    headlines = [s.shapes.title.text for s in slides][1:-1]
    assert headlines == (
        ["After this chapter you can …"]
        if len(pages) == 1
        else [f"After this chapter you can … ({n} of 2)" for n in (1, 2)]
    )


def test_long_objectives_are_given_more_slides_instead_of_smaller_type() -> None:
    """Four objectives of five lines each do not share a slide."""
    course = make_course((Markdown("Explain why " + "bytes cost more than sums " * 13),) * 4)
    assert [len(body) for body in bodies(opened(outline_pptx(course, "c1")).slides)] == [2, 2]


@pytest.mark.parametrize("make", [outline_pptx, outline_beamer])
def test_equal_courses_give_equal_bytes(make: Any) -> None:
    """A deck depends on the course alone, not on the clock or the run."""
    assert make(make_course(), "c1") == make(make_course(), "c1")


def test_the_title_slide_says_which_course_week_term_and_by_whom() -> None:
    """Course title, chapter, week, term and instructor stand on the first slide; names are literal, not Markdown."""
    course = make_course()
    expected = ["Chapter 7: Data_Paths", "Machines & Learning", "Week 3 · Spring_2030", "Ada O'Neil"]
    assert texts(opened(outline_pptx(course, "c1")).slides[0]) == expected
    tex = outline_beamer(course, "c1")
    for command, line in zip(("title", "subtitle", "date", "author"), expected, strict=True):
        assert f"\\{command}{{{latex_text(escape(line))}}}" in tex


def test_a_syllabus_without_an_offering_has_neither_term_nor_instructor() -> None:
    """A bare syllabus still gives a deck."""
    course = make_course(offered=False)
    assert texts(opened(outline_pptx(course, "c1")).slides[0])[1:] == ["Machines & Learning", "Week 3"]
    assert "Spring" not in outline_beamer(course, "c1")


def test_a_chapter_read_in_two_weeks_names_both() -> None:
    """Every week that reads the chapter is named."""
    assert "Weeks 2 and 4 · Spring_2030" in texts(opened(outline_pptx(make_course(weeks=(2, 4)), "c1")).slides[0])


def test_the_deck_closes_with_the_question_of_the_week() -> None:
    """The driving question of the first week that reads the chapter is the last slide."""
    course = make_course()
    *_, last = opened(outline_pptx(course, "c1")).slides
    assert texts(last) == ["The question of the week", "What moves?"]
    assert r"What \emph{moves}?" in frames(outline_beamer(course, "c1"))[-1]


def test_a_chapter_no_week_reads_has_no_week_and_no_question() -> None:
    """Without a week there is nothing to ask, and the deck ends with the objectives."""
    course = make_course(weeks=())
    slides = list(opened(outline_pptx(course, "c1")).slides)
    assert "Spring_2030" in texts(slides[0])
    assert slides[-1].shapes.title.text.startswith("After this chapter")
    assert "question of the week" not in outline_beamer(course, "c1")


@pytest.mark.parametrize("make", [outline_pptx, outline_beamer])
def test_an_unknown_chapter_is_an_error(make: Any) -> None:
    """A chapter nobody registered raises instead of giving an empty deck."""
    with pytest.raises(KeyError):
        make(make_course(), "c2")


@pytest.mark.slow
def test_the_shipped_course_gives_a_deck_for_each_chapter() -> None:
    """Title, at most two objectives slides, question: in both formats, with every objective."""
    course = load(Path("syllabi/fall26.yaml"), CoursePaths.find(Path(__file__).parent)).course
    for key, chapter in course.registry.chapters.items():
        slides = opened(outline_pptx(course, key)).slides
        read = any(key in week.read for week in course.file.weeks.values())
        assert len(slides) == 3 + read == len(frames(outline_beamer(course, key))), key
        assert sum(map(len, bodies(slides))) == len(chapter.objectives), key


# --- PowerPoint ------------------------------------------------------------------------------------------------


def test_every_slide_has_a_title_and_no_empty_placeholder() -> None:
    """A screen reader announces each slide by its title; an empty box would show "Click to add text"."""
    slides = opened(outline_pptx(make_course(), "c1")).slides
    assert all(slide.shapes.title.text.strip() for slide in slides)
    assert all(shape.text_frame.text.strip() for slide in slides for shape in slide.placeholders)
    assert len({slide.shapes.title.text for slide in slides}) == len(slides)


def test_every_slide_says_in_its_notes_what_to_do_with_it() -> None:
    """Notes are one or two sentences, in both formats."""
    for slide in opened(outline_pptx(make_course(), "c1")).slides:
        assert slide.notes_slide.notes_text_frame.text.count(".") in (1, 2)
    for frame in frames(outline_beamer(make_course(), "c1")):
        assert re.search(r"\\note\{\w.+\.\}", frame)


def test_every_run_of_text_has_the_language_of_the_course() -> None:
    """Screen readers and spelling take the language from each run, notes included."""
    presentation = opened(outline_pptx(make_course(language=Language("de-CH")), "c1"))
    trees = [part for slide in presentation.slides for part in (slide.element, slide.notes_slide.element)]
    runs = [run for tree in trees for run in tree.iter("{*}r")]
    assert {run.find("{*}rPr").get("lang") for run in runs} == {"de-CH"}
    assert len(runs) > 2 * len(presentation.slides)
    assert "pdflang={de-CH}" in outline_beamer(make_course(language=Language("de-CH")), "c1")


def test_no_text_is_smaller_than_twenty_points() -> None:
    """Slides set no size of their own, and what they inherit is 20 pt or more."""
    presentation = opened(outline_pptx(make_course(), "c1"))
    assert not [e for s in presentation.slides for e in s.element.iter("{*}rPr") if e.get("sz")]
    layouts = {slide.slide_layout.name: slide.slide_layout.element for slide in presentation.slides}
    styles = presentation.slide_master.element.xpath("p:txStyles/p:titleStyle | p:txStyles/p:bodyStyle")
    own = [level for layout in layouts.values() for level in layout.xpath(".//a:lstStyle/a:lvl1pPr/a:defRPr[@sz]")]
    first = [level for style in styles for level in style.findall("{*}lvl1pPr/{*}defRPr[@sz]")]
    assert len(first) == 2
    assert all(int(level.get("sz")) >= 2000 for level in own + first)


def test_boxes_lie_on_the_slide_and_apart() -> None:
    """On each of the wide layouts no placeholder leaves the slide or covers another."""
    presentation = opened(outline_pptx(make_course(), "c1"))
    wide, high = presentation.slide_width, presentation.slide_height
    assert wide * 9 == pytest.approx(high * 16, rel=0.001)
    for layout in presentation.slide_layouts:
        boxes = [(p.left, p.top, p.left + p.width, p.top + p.height) for p in layout.placeholders]
        assert len(boxes) >= 2
        assert all(left > 0 and top > 0 and right < wide and bottom < high for left, top, right, bottom in boxes)
        for number, (left, top, right, bottom) in enumerate(boxes):
            assert all(right <= l2 or r2 <= left or bottom <= t2 or b2 <= top for l2, t2, r2, b2 in boxes[number + 1 :])


def test_the_file_describes_itself_without_a_clock() -> None:
    """Title, author and dates are set; zip entries carry one time and a fixed order, content types first."""
    data = outline_pptx(make_course(), "c1")
    properties = opened(data).core_properties
    assert (properties.title, properties.author, properties.language) == (
        "Chapter 7: Data_Paths",
        "Ada O'Neil",
        "en-US",
    )
    assert properties.created == properties.modified
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2020, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"
        assert package.namelist()[2:] == sorted(package.namelist()[2:])
        assert not [name for name in package.namelist() if "thumbnail" in name]


# --- LaTeX -----------------------------------------------------------------------------------------------------

NAMED = {
    "textbackslash": "\\",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciigrave": "`",
    "textquotesingle": "'",
}
TOKEN = re.compile(r"\\([A-Za-z]+)(\{\})?|\\(.)|(.)", re.DOTALL)


def tokens(tex: str) -> Iterator[tuple[str, str]]:
    """What TeX sees: (kind, value) with kinds `command`, `escaped` and `char`."""
    for match in TOKEN.finditer(tex):
        kind = "command" if match[1] else "escaped" if match[3] else "char"
        yield kind, match[1] or match[3] or match[4]


def read_back(tex: str) -> str:
    """The text a reader sees of LaTeX without markup."""
    shown = [
        NAMED.get(value, "?") if kind == "command" else value
        for kind, value in tokens(tex)
        if (kind, value) not in {("char", "{"), ("char", "}")}
    ]
    return "".join(shown)


@pytest.mark.parametrize(
    ("markdown", "tex"),
    [
        (
            "**bold *and* more**, *it*, ***both***, _under_",
            r"\textbf{bold \emph{and} more}, \emph{it}, \emph{\textbf{both}}, \emph{under}",
        ),
        ("`a_b --x` and ``a ` tick``", r"\texttt{a\_b {-}{-}x} and \texttt{a \textasciigrave{} tick}"),
        (r"$D_{vol} / BW \approx 50\%$ of *$x*y$*", r"$D_{vol} / BW \approx 50\%$ of \emph{$x*y$}"),
        ("$20,000 and $30,000", r"\$20,000 and \$30,000"),
        ("from $5-$10", r"from \$5-\$10"),
        ("50% of $x%$", r"50\% of $x\%$"),
        ("2 * 3 * 4 of snake_case_name", r"2 * 3 * 4 of snake\_case\_name"),
        (r"\*not\* \$x\$ \_", r"*not* \$x\$ \_"),
        ("[Lab *2*](https://x.example/a_b) <https://x.example/_y_>", r"Lab \emph{2} https://x.example/\_y\_"),
        ("R&D &amp; &lt;tea", r"R\&D \& \textless{}tea"),
        ('a "good" answer', "a “good” answer"),
        ("[x] first", "{[}x{]} first"),
        ("two\nlines\n\n and more", "two lines and more"),
        ("Ångström, 5 × 3 – “ok”…", "Ångström, 5 × 3 – “ok”…"),
        (
            "α ≤ Ω, 10⁻³, x₂, 中, ﬁ",
            r"$\alpha$ $\le$ $\Omega$, 10\textsuperscript{$-$}³, x\textsubscript{2}, [U+4E2D], fi",
        ),
        ("a\N{NO-BREAK SPACE}b~c", r"a~b\textasciitilde{}c"),
        ("", ""),
    ],
)
def test_markdown_becomes_latex(markdown: str, tex: str) -> None:
    """Marks become commands, math stays math, everything else is text that pdflatex prints."""
    assert latex_text(markdown) == tex


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_what_is_written_is_what_is_read(text: str) -> None:
    """Literal text, escaped as Markdown, comes out of LaTeX letter by letter: all ten special characters included."""
    assert read_back(latex_text(escape(text))) == " ".join(text.split())


@given(
    st.text(
        st.one_of(
            st.sampled_from('\\{}&#%^_~*`[]()<> \n-"ab1'), st.characters(exclude_characters="$\N{NO-BREAK SPACE}")
        )
    )
)
def test_no_text_can_speak_to_tex(text: str) -> None:
    """Whatever the text without `$`: no special character stays bare, braces balance, and only known commands appear."""
    depth, math = 0, False
    for kind, value in tokens(latex_text(text)):
        if kind == "char":
            assert value not in "&#%^_~\n\r\0", value
            depth += (value == "{") - (value == "}")
            math ^= value == "$"
        elif kind == "escaped":
            assert value in "{}$&#%_-"
        else:
            assert math or value in {*NAMED, "emph", "textbf", "texttt", "textsubscript", "textsuperscript"}
        assert depth >= 0
    assert depth == 0
    assert not math


@pytest.mark.slow
@pytest.mark.latex
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_a_hostile_course_compiles(tmp_path: Path) -> None:
    """A deck made of special characters, unknown scripts and half-open marks is still one pdflatex accepts."""
    evil = Markdown(
        '\\input{x} \\end{frame} % & # ^^M ~ {{ }} _ [a] <1-> **open *half` 中 ħ 🙂 e\N{COMBINING ACUTE ACCENT} $5 ≤ x² — \x07 `--\\` "q"'
    )
    objectives = (
        evil,
        Markdown("[optional] argument"),
        Markdown("<2-> overlay"),
        Markdown("*a $x_{1}*y$ b* and $\\frac{a}{b} ≈ 5%$"),
    )
    course = make_course(objectives, question=evil, title=evil, instructor="R. \\relax {O'Neil} #1 & Söhne")
    chapter = replace(course.registry.chapters["c1"], title=evil)
    course = replace(course, registry=replace(course.registry, chapters={"c1": chapter}))
    (tmp_path / "deck.tex").write_text(outline_beamer(course, "c1"), "utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "deck.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    assert b"Missing character" not in (tmp_path / "deck.log").read_bytes()
    assert b"Overfull \\vbox" not in done.stdout
