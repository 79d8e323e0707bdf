"""The frames above it hold its own payload and our own code; no text of another program."""

import sys

frame, found = sys._getframe(), []
while frame:
    found += [
        name
        for name, value in frame.f_locals.items()
        if isinstance(value, (bytes, str)) and "OTHER" + "-STUDENT" in str(value)
    ]
    frame = frame.f_back
reply = " ".join(found) or "none"
