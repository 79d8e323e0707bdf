"""One byte at a time does not move the deadline."""

import os
import time

os.write(0, (1 << 20).to_bytes(8, "big"))
while True:
    os.write(0, b"x")
    time.sleep(0.01)
