"""Hangs up in the middle."""

import os

os.write(0, bytes(3))
os._exit(0)
