"""A channel that does not wait loses its own program's reply, and the checker's end is another."""

import fcntl
import os

fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK)
reply = "x" * (1 << 20)
