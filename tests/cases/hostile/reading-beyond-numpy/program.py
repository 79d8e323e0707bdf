"""From NumPy's folder no way leads up or out."""
# with files

import os

import numpy

here = os.path.dirname(numpy.__file__)
ways = [
    f"{here}/../../etc/passwd",
    "/packages/../work",
    f"{here}/../pip",
    f"{here}/../../usr/bin",
    "/lib/x86_64-linux-gnu/security",
]
reply = " ".join(way for way in ways if not attempt(os.stat, way))
