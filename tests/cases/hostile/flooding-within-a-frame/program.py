"""Announces more than a reply may hold, and sends it."""

import os

os.write(0, (1 << 40).to_bytes(8, "big"))
while True:
    os.write(0, bytes(65536))
