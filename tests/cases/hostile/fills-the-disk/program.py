"""There is no place for a temporary file, and no log to fill."""

import logging
import tempfile

import numpy

reply = " ".join(
    (
        attempt(tempfile.TemporaryFile),
        attempt(tempfile.mkdtemp),
        attempt(logging.FileHandler, "/log"),
        attempt(numpy.ones(1 << 20).tofile, "/disk"),
    )
)
