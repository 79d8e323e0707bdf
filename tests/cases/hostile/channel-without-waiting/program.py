"""A channel that does not wait refuses what finds no room; a frame with gaps is none, and the checker goes on waiting."""

import fcntl
import os

fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK)
os.write(0, (1 << 20).to_bytes(8, "big"))
# A piece so small goes whole or not at all, so no number of them is the length announced. The checker takes what comes
# however fast, but never more than was announced: sooner or later there is no room.
while not attempt(os.write, 0, b"x" * 1000):
    pass
reply = "lost"
