"""Hooks for exceptions and for the end are not called."""

import sys
import threading
import time

sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *_: time.sleep(1000)
threading._register_atexit(time.sleep, 1000)
raise ValueError
