"""A short deck per chapter: a title, the objectives, the week's question. As PowerPoint and as LaTeX (Beamer).

Both are written from the same few slides, each with a note that says what to do with it. Equal courses give equal
bytes.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from blueprint.model import Chapter, Course, Language, Markdown
from generator.decks.powerpoint.package import packed
from generator.documents.templating import escape
from generator.text.latex import latex_text
from generator.text.locale import AMERICAN, N_, Locale
from generator.text.plain import plain_text

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_INK = "17497A"
_NOTES = {
    "title": N_(
        "Leave this slide up while students arrive. Name the week and say in a sentence why this chapter comes now."
    ),
    "objectives": N_(
        "Read the verbs aloud and ask which of these students could do today. Come back to this slide at the end of the week."
    ),
    "question": N_(
        "Give two minutes to write an answer and two to compare it with a neighbor. Take two answers that differ; let the rest decide."
    ),
}


@dataclass(frozen=True, slots=True)
class _Slide:
    kind: Literal["title", "objectives", "question"]
    title: Markdown
    lines: tuple[Markdown, ...]


def _slides(course: Course, chapter: Chapter, weeks: Sequence[int], words: Locale) -> Iterator[_Slide]:
    yield _Slide("title", _title(chapter, words), tuple(_subtitle(course, weeks, words)))
    pages = list(_pages(chapter.objectives))
    for number, page in enumerate(pages, 1):
        title = words.label("After this chapter you can …")
        if len(pages) > 1:
            title = words.label("{title} ({number} of {count})", title=title, number=number, count=len(pages))
        yield _Slide("objectives", Markdown(title), page)
    question = next((q for w in weeks if (q := course.file.weeks[w].question)), None)
    if question:
        yield _Slide("question", Markdown(words.label("The question of the week")), (question,))


def _title(chapter: Chapter, words: Locale) -> Markdown:
    return Markdown(words.label("Chapter {number}: {title}", number=chapter.number, title=chapter.title))


def _subtitle(course: Course, weeks: Sequence[int], words: Locale) -> Iterator[Markdown]:
    yield course.file.title
    yield from filter(None, (_when(course, weeks, words), _instructor(course)))


def _when(course: Course, weeks: Sequence[int], words: Locale) -> Markdown:
    """The time of a chapter: `Week 3 · Fall 2026`, as far as it is known."""
    *others, last = [str(week) for week in weeks] or [""]
    if others:
        week = words.label("Weeks {first} and {last}", first=", ".join(others), last=last)
    else:
        week = words.label("Week {number}", number=last) if last else ""
    term = escape(course.file.offering.term) if course.file.offering else ""
    return Markdown(" · ".join(filter(None, (week, term))))


def _instructor(course: Course) -> Markdown:
    return Markdown(escape(course.file.offering.instructor_names) if course.file.offering else "")


_MOST, _LINES, _COLUMNS = 4, 10, 74
"""The most that an objectives slide holds in 24 pt: objectives, lines, letters in a line."""


def _pages(objectives: Sequence[Markdown]) -> Iterator[tuple[Markdown, ...]]:
    """Objectives in as few slides as they fit on, evenly."""
    count = math.ceil(len(objectives) / _MOST)
    while count < len(objectives) and any(map(_is_full, _split(objectives, count))):
        count += 1
    return _split(objectives, count)


def _split(objectives: Sequence[Markdown], count: int) -> Iterator[tuple[Markdown, ...]]:
    edges = [math.ceil(len(objectives) * part / max(count, 1)) for part in range(count + 1)]
    return (tuple(objectives[low:high]) for low, high in pairwise(edges))


def _is_full(page: Sequence[Markdown]) -> bool:
    return sum(math.ceil(len(plain_text(objective)) / _COLUMNS) for objective in page) > _LINES


def _weeks_of(course: Course, chapter_id: str) -> tuple[int, ...]:
    return tuple(number for number, week in course.file.weeks.items() if chapter_id in week.read)


# --- PowerPoint -------------------------------------------------------------------------------------------------


def outline_pptx(course: Course, chapter_id: str, words: Locale = AMERICAN) -> bytes:
    """The deck of a chapter as an editable PowerPoint file; `KeyError` for a chapter nobody registered."""
    chapter = course.registry.chapters[chapter_id]
    presentation = _template()
    for slide in _slides(course, chapter, _weeks_of(course, chapter_id), words):
        drawn = presentation.slides.add_slide(presentation.slide_layouts[_LAYOUTS[slide.kind]])
        _fill(drawn.shapes.title, [slide.title], course.file.language)
        _fill(drawn.placeholders[1], slide.lines, course.file.language)
        _fill(drawn.notes_slide.notes_placeholder, [Markdown(words.word(_NOTES[slide.kind]))], course.file.language)
    _describe(presentation, course, plain_text(_title(chapter, words)))
    _speak(presentation, course.file.language)
    data = io.BytesIO()
    presentation.save(data)
    return _fixed(data.getvalue())


_LAYOUTS = {"title": 0, "objectives": 1, "question": 2}
_Box = tuple[float, float, float, float]
_PLACED: tuple[tuple[int, int, _Box, tuple[str, int, str, int]], ...] = (
    (0, 0, (0.9, 1.5, 11.5, 2.0), ("b", 44, "tx2", 1)),
    (0, 1, (0.9, 3.75, 11.5, 2.2), ("t", 24, "tx1", 0)),
    (2, 0, (0.9, 0.6, 11.5, 0.9), ("b", 32, "tx2", 1)),
    (2, 1, (0.9, 1.9, 11.5, 4.2), ("ctr", 40, "tx1", 0)),
)
"""The places where a layout differs from its master: layout, placeholder; left, top, width and height in inches; anchor, points,
color, bold."""
_MASTER: dict[str, _Box] = {
    "TITLE": (0.9, 0.6, 11.5, 0.9),
    "BODY": (0.9, 1.9, 11.5, 4.75),
    "DATE": (0.9, 6.85, 3.0, 0.4),
    "FOOTER": (4.4, 6.85, 4.5, 0.4),
    "SLIDE_NUMBER": (9.4, 6.85, 3.0, 0.4),
}


def _template() -> Presentation:
    """An empty wide presentation with three layouts, in Calibri, dark blue on white."""
    from pptx import Presentation as open_presentation
    from pptx.util import Inches

    presentation = open_presentation()
    package = presentation.part.package
    for key in [key for key, relation in package._rels.items() if relation.reltype.endswith("/thumbnail")]:
        package.drop_rel(key)  # the picture shows another deck
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    del presentation.element.sldSz.attrib["type"]  # it says 4:3
    for layout in list(presentation.slide_layouts)[3:]:
        presentation.slide_layouts.remove(layout)
    presentation.slide_layouts[2].element.cSld.set("name", "Question")
    _style_master(presentation.slide_master)
    for number, index, box, style in _PLACED:
        placeholder = presentation.slide_layouts[number].placeholders.get(index)
        _place(placeholder, box)
        _style(placeholder, *style)
    return presentation


def _style_master(master: Any) -> None:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls
    from pptx.util import Inches

    for placeholder in master.placeholders:
        _place(placeholder, _MASTER[placeholder.placeholder_format.type.name])
    master.placeholders[0].text_frame._txBody.bodyPr.set("anchor", "b")
    title = master.element.xpath("p:txStyles/p:titleStyle/a:lvl1pPr")[0]
    title.set("algn", "l")
    title.find("{*}defRPr").attrib.update({"sz": "3200", "b": "1"})
    next(title.iter("{*}schemeClr")).set("val", "tx2")
    body = master.element.xpath("p:txStyles/p:bodyStyle/a:lvl1pPr")[0]
    body.find("{*}defRPr").set("sz", "2400")
    space = body.find("{*}spcBef")
    space.clear()
    space.append(parse_xml(f'<a:spcPts {nsdecls("a")} val="1100"/>'))
    bar = parse_xml(f"""
      <p:sp {nsdecls("p", "a")}>
        <p:nvSpPr><p:cNvPr id="99" name="Edge"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>
        <p:spPr>
          <a:xfrm><a:off x="0" y="0"/><a:ext cx="{Inches(0.22)}" cy="{Inches(7.5)}"/></a:xfrm>
          <a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="tx2"/></a:solidFill>
        </p:spPr>
      </p:sp>""")
    master.shapes._spTree.insert(2, bar)
    theme = master.part.part_related_by("http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme")
    theme._blob = theme.blob.replace(b'<a:srgbClr val="1F497D"/>', f'<a:srgbClr val="{_INK}"/>'.encode())


def _place(placeholder: Any, box: _Box) -> None:
    from pptx.util import Inches

    placeholder.left, placeholder.top, placeholder.width, placeholder.height = map(Inches, box)


def _style(placeholder: Any, anchor: str, points: int, color: str, bold: int) -> None:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    body = placeholder.text_frame._txBody
    body.bodyPr.set("anchor", anchor)
    body.replace(
        body.find("{*}lstStyle"),
        parse_xml(
            f'<a:lstStyle {nsdecls("a")}><a:lvl1pPr marL="0" indent="0" algn="l"><a:buNone/>'
            f'<a:defRPr sz="{points}00" b="{bold}" cap="none"><a:solidFill><a:schemeClr val="{color}"/></a:solidFill>'
            "</a:defRPr></a:lvl1pPr></a:lstStyle>"
        ),
    )


def _fill(placeholder: Any, lines: Sequence[Markdown], language: Language) -> None:
    """Writes each line of Markdown into a paragraph of its own."""
    frame = placeholder.text_frame
    frame.text = "\n".join(" ".join(plain_text(line).split()) for line in lines)
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font._rPr.set("lang", language)


def _speak(presentation: Presentation, language: Language) -> None:
    """Writes the language where new text takes it from: into what the empty presentation brings."""
    master = presentation.slide_master
    for part in (presentation, master, *master.slide_layouts, presentation.notes_master):
        for element in part.element.iter():
            if "lang" in element.attrib:
                element.set("lang", language)


def _describe(presentation: Presentation, course: Course, title: str) -> None:
    properties = presentation.core_properties
    properties.title = title
    properties.subject = plain_text(course.file.title)
    properties.author = properties.last_modified_by = plain_text(_instructor(course))
    properties.language = course.file.language
    properties.created = properties.modified = datetime(2020, 1, 1)
    properties.revision = 1


def _fixed(package: bytes) -> bytes:
    """The package with its entries in a fixed order and with a fixed time."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        return packed({name: old.read(name) for name in old.namelist()})


# --- LaTeX ------------------------------------------------------------------------------------------------------

_PREAMBLE = rf"""\documentclass[aspectratio=169,11pt]{{beamer}}
\usepackage[T1]{{fontenc}}
\usepackage{{lmodern}}
\definecolor{{ink}}{{HTML}}{{{_INK}}}
\setbeamercolor{{structure}}{{fg=ink}}
\setbeamercolor{{title}}{{fg=ink}}
\setbeamercolor{{frametitle}}{{fg=ink}}
\setbeamerfont{{title}}{{size=\LARGE,series=\bfseries}}
\setbeamerfont{{frametitle}}{{series=\bfseries}}
\setbeamertemplate{{frametitle}}{{\vspace{{7mm}}\insertframetitle\par\vspace{{2mm}}}}
\setbeamertemplate{{navigation symbols}}{{}}
\setbeamertemplate{{title page}}[default][left]
\setbeamertemplate{{itemize items}}[circle]
\newcommand\struck[1]{{\leavevmode\setbox0\hbox{{#1}}\rlap{{\vrule height.65ex depth-.55ex width\wd0}}\box0\relax}}
% \setbeameroption{{show notes}}  % prints the notes after each slide
"""


def outline_beamer(course: Course, chapter_id: str, words: Locale = AMERICAN) -> str:
    """The deck of a chapter as LaTeX that pdflatex compiles; `KeyError` for a chapter nobody registered."""
    chapter = course.registry.chapters[chapter_id]
    weeks = _weeks_of(course, chapter_id)
    about = {
        "title": _title(chapter, words),
        "subtitle": course.file.title,
        "author": _instructor(course),
        "date": _when(course, weeks, words),
    }
    commands = [f"\\{name}{{{latex_text(line)}}}" for name, line in about.items()]
    frames = (_frame(slide, words) for slide in _slides(course, chapter, weeks, words))
    return "\n".join(
        [
            _PREAMBLE + f"\\hypersetup{{pdflang={{{course.file.language}}}}}",
            "",
            *commands,
            "",
            "\\begin{document}",
            "",
            *frames,
            "\\end{document}",
            "",
        ]
    )


def _frame(slide: _Slide, words: Locale) -> str:
    lines = [latex_text(line) for line in slide.lines]
    title = f"  \\frametitle{{{latex_text(slide.title)}}}"
    if slide.kind == "title":
        head, body = "\\begin{frame}[plain]", ["  \\titlepage"]
    elif slide.kind == "objectives":
        head = "\\begin{frame}[t]"
        items = [f"    \\item {line}" for line in lines]
        body = [title, "  \\begin{itemize}\\setlength{\\itemsep}{7pt}", *items, "  \\end{itemize}"]
    else:
        head = "\\begin{frame}"
        body = [title, *(f"  {{\\LARGE {line}\\par}}" for line in lines)]
    return "\n".join(
        [head, *body, f"  \\note{{{latex_text(Markdown(words.word(_NOTES[slide.kind])))}}}", "\\end{frame}", ""]
    )
