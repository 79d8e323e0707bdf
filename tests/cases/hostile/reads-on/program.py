"""Waits for a second payload that nobody sends."""

import os

os.read(0, 1)
