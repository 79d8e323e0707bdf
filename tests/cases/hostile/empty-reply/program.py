"""A frame of nothing is a reply, and a claim like any other."""

import os

os.write(0, bytes(8))
os._exit(0)
