"""Writes as fast as it can."""

import os

while True:
    os.write(0, b"\xff" * 65536)
