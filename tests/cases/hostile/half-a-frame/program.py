"""Hangs up in the middle of the reply."""

import os

os.write(0, (1000).to_bytes(8, "big") + b"half")
os._exit(0)
