"""The common parts of all pages for a browser: the top of the file, and one style.

A course's documents and the students' site (`generator`) and the pages about grades (`autograder`) have one face:
`base.css` holds colors, fonts, spacing and the elements all have, and each adds a sheet of its own below it. What differs
between them is meant: documents are read like a book, in a serif face, and printed; the site and the pages about grades
are looked through, also at night.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

_DARK = """:root {{ color-scheme: light dark; }} :root[data-theme="light"] {{ color-scheme: light; }} :root[data-theme="dark"] {{ color-scheme: dark; }}
@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {colors} }} }}
@media screen {{ :root[data-theme="dark"] {{ {colors} }} }}
"""
"""Where the dark colors hold: for a reader whose system is dark, or who asked this page for it; paper stays light."""


def style(sheet: str, *, dark: bool = False) -> str:
    """The shared style with a page's own sheet below it. With `dark` the page follows a reader who prefers that.

    A page whose pictures have colors of their own stays light.
    """
    colors = _DARK.format(colors=" ".join(_sheet("dark.css").split())) if dark else ""
    return "".join([_sheet("base.css"), colors, sheet])


def _sheet(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def head(title: str, style: str, *, language: str = "en", direction: str = "", policy: str = "") -> str:
    """The top of a page, from its doctype to the end of its head; `title` is HTML already.

    `direction` is an attribute with a space before it, ` dir="rtl"`, for a language that is written from right to left.

    `policy` is the content security policy of a page that shows what strangers wrote: such a page is also kept out of
    search engines, and tells no site it links to where it is.
    """
    lines = [
        "<!doctype html>",
        f'<html lang="{language}"{direction}>',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ]
    if policy:
        lines += [
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="robots" content="noindex">',
            '<meta name="referrer" content="no-referrer">',
        ]
    lines += [
        '<meta name="generator" content="Blueprint">',
        f"<title>{title}</title>",
        f"<style>\n{style.rstrip()}\n</style>",
        "</head>",
    ]
    return "\n".join(lines)


def policy(*, images: str = "", script: str = "") -> str:
    """The content security policy of a page in one file: no forms, nothing from outside, no script but its own.

    `images` is where pictures may come from, such as `data:` for those in the page itself; `script` is the text of
    the one script that may run.
    """
    parts = ["default-src 'none'", f"img-src {images}" if images else "", "style-src 'unsafe-inline'"]
    parts += [f"script-src '{script_hash(script)}'"] if script else []
    return "; ".join([*filter(None, parts), "base-uri 'none'", "form-action 'none'"])


def script_hash(script: str) -> str:
    """The name by which a policy lets a script run: the hash of its text."""
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"
