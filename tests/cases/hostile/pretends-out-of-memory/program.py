"""Chooses the exit code of a worker without memory: it may speak against itself."""

import os

os._exit(77)
