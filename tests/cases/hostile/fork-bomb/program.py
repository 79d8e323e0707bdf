"""Goes on trying."""

import os

while True:
    attempt(os.fork)
