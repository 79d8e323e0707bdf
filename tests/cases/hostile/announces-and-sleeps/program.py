"""A frame allowed in size that never comes."""

import os
import time

os.write(0, (1000).to_bytes(8, "big") + b"half")
time.sleep(1000)
