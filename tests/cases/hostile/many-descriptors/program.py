"""Copies of the channel fill a table of its own, and a short one."""

import os

count = 1
while not attempt(os.dup, 0):
    count += 1
reply = "at most 64" if count <= 64 else str(count)
