"""The `blueprint` command: `python -m blueprint` and the console script start here.

`--help` is what people run first and most; importing click alone takes three times as long as starting Python. So the
page is kept as text (`help.txt`, which a test holds against the real one) and printed before anything is imported.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    if sys.argv[1:] in ([], ["--help"], ["-h"]) and _wide_enough():
        with open(os.path.join(os.path.dirname(__file__), "help.txt"), encoding="utf-8") as page:
            text = page.read()
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
            return 0
        except OSError:
            pass  # a full disk, or nobody reads on: the command line knows how to tell that
    try:
        from blueprint.cli import run
    except KeyboardInterrupt:  # while the command line is still being imported
        return 130  # `Exit.INTERRUPTED`, which would have to be imported first
    return run(sys.argv[1:])


def _wide_enough() -> bool:
    """True if the stored help page fits the terminal; a narrower one gets it wrapped anew."""
    try:
        return os.get_terminal_size(1).columns >= 80
    except OSError:
        return True


if __name__ == "__main__":
    sys.exit(main())
