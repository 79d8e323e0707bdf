"""A length that would be negative if it were read with a sign."""

import os
import time

os.write(0, b"\xff" * 8)
time.sleep(1000)
