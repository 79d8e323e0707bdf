"""Closes every descriptor and lives on; nobody waits for it."""

import os
import time

os.closerange(0, 64)
time.sleep(1000)
