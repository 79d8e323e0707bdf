"""A registry file: the chapters, labs, modules, kits, drills and papers every course refers to by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from blueprint.model.values import EMPTY, Example, Markdown, Ref, Span

AN_HOUR_OR_TWO = Span(Decimal(1), Decimal(2))
"""What a kit takes where none says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the textbook."""

    number: int
    title: Markdown
    slug: Annotated[str, "the chapter's name in its web address"]
    volume: int = 1
    aliases: Annotated[tuple[str, ...], "older ids and slugs that still resolve"] = ()
    minutes: Annotated[int, "reading time of a student"] = 60
    objectives: Annotated[tuple[Markdown, ...], "what a reader can do afterwards; each begins with a verb"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """An interactive lab."""

    number: int
    title: Markdown
    slug: str
    volume: int = 1
    aliases: Annotated[tuple[str, ...], "older ids, slugs and titles"] = ()
    chapter: Annotated[str | None, Ref("chapter"), "the chapter this lab practises; none for an orientation"] = None
    question: Annotated[Markdown, "the one question the lab answers"] = EMPTY
    minutes: Annotated[int, "time in the lab section"] = 50
    design_part: Annotated[str, "the part that is the design task"] = "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A programming module: a notebook or file in which students build one piece of something larger, such as TinyTorch."""

    number: int
    title: Markdown
    slug: str
    aliases: Annotated[tuple[str, ...], "older ids that still resolve", Example("[kit-voice]")] = ()
    hours: Annotated[Span, "time a student needs, from and to"]
    builds: Annotated[Markdown, "what exists afterwards"] = EMPTY
    questions: Annotated[tuple[Markdown, ...], "systems-thinking questions marked by hand"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """A hardware checkpoint: something to run on a real board."""

    title: Markdown
    device: Annotated[str, "the board; kept as data because courses change it"]
    slug: Annotated[str, "its name in its web address", Example("seeed-wake-word")] = ""
    aliases: Annotated[tuple[str, ...], "older ids that still resolve", Example("[kit-voice]")] = ()
    activity: Markdown
    without: Annotated[Markdown, "the same experience without the board"] = EMPTY
    hours: Span = AN_HOUR_OR_TWO


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A practice set, such as the interview-style questions of StaffML."""

    title: Markdown
    level: Annotated[str, "difficulty, L1 to L6+"]
    slug: Annotated[str, "its name in its web address", Example("seeed-wake-word")] = ""
    aliases: Annotated[tuple[str, ...], "older ids that still resolve", Example("[kit-voice]")] = ()
    focus: Markdown
    minutes: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper for discussion, with enough to find it in a library."""

    authors: str
    title: str
    venue: str
    year: int
    aliases: Annotated[tuple[str, ...], "older ids that still resolve", Example("[kit-voice]")] = ()
    why: Annotated[Markdown, "what this paper gives the week, one sentence"] = EMPTY
    questions: Annotated[tuple[Markdown, ...], "questions that start the discussion"] = ()
    minutes: Annotated[int, "reading time for the sections asked for"] = 60
    read: Annotated[Markdown, "which sections to read"] = EMPTY

    @property
    def citation(self) -> str:
        return f"{self.authors}, “{self.title}”, {self.venue} {self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses on the web: a base and a pattern per kind, so that one edit repairs every link."""

    base: str = ""
    book: str = ""
    chapter: Annotated[str, "pattern with {base}, {slug}, {number}, {volume}"] = ""
    lab: str = ""
    module: str = ""
    kit: str = ""
    drill: str = ""
    slides: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The contents of a registry file."""

    schema: int
    extends: Annotated[
        str | None, "another such file; what stands here replaces what stands there", Example("registry/vol1.yaml")
    ] = None
    links: Links = Links()
    chapters: Mapping[str, Chapter] = field(default_factory=dict)
    labs: Mapping[str, Lab] = field(default_factory=dict)
    modules: Mapping[str, Module] = field(default_factory=dict)
    kits: Mapping[str, Kit] = field(default_factory=dict)
    drills: Mapping[str, Drill] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
