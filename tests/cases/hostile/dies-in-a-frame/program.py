"""Announces a frame and spins: what ends it is the time, and is called so."""

import os

os.write(0, (1000).to_bytes(8, "big") + b"half")
while True:
    pass
