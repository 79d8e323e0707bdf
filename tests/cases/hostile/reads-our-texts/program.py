"""The texts of the modules in the jail are not there to be copied from, only the modules."""

import gc
import sys

texts = [
    thing
    for thing in gc.get_objects()
    if isinstance(thing, dict) and any(isinstance(text, str) and "def answer(" in text for text in thing.values())
]
found = [finder for finder in sys.meta_path if hasattr(finder, "sources")]
reply = f"{len(texts)} {len(found)}" if texts or found else "none"
