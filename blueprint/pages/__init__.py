"""The common parts of all pages for a browser: the top of the file, and one style.

A course's documents (`generator`) and the pages about grades (`autograder`) have one face: `base.css` holds colors,
fonts, spacing and the elements both have, and each adds a sheet of its own below it. What differs between them is meant:
documents are read like a book, in a serif face, and printed; pages about grades are looked through, also at night.
"""

from __future__ import annotations

from importlib.resources import files


def style(sheet: str, *, dark: bool = False) -> str:
    """The shared style with a page's own sheet below it. With `dark` the page follows a reader who prefers that.

    A page whose pictures have colors of their own stays light.
    """
    names = ("base.css", "dark.css") if dark else ("base.css",)
    shared = [files(__name__).joinpath(name).read_text("utf-8") for name in names]
    return "".join([*shared, sheet])


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


def policy(*, images: str = "") -> str:
    """The content security policy of a page in one file: no scripts, no forms, nothing from outside.

    `images` is where pictures may come from, such as `data:` for those in the page itself.
    """
    parts = ["default-src 'none'", f"img-src {images}" if images else "", "style-src 'unsafe-inline'"]
    return "; ".join([*filter(None, parts), "base-uri 'none'", "form-action 'none'"])
