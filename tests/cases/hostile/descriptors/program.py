"""The channel, and nothing else, is open."""
# with files

import os

reply = " ".join(str(number) for number in range(4096) if not attempt(os.fstat, number))
