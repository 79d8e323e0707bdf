"""Spins and naps in turn, so that no single stretch is long; the sum is what counts."""

import time

while True:
    end = time.process_time() + 0.05
    while time.process_time() < end:
        pass
    time.sleep(0.001)
