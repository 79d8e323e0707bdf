"""The machine's clock is not to be turned."""

import ctypes
import time

reply = f"{attempt(time.clock_settime, time.CLOCK_REALTIME, 0.0)} {ctypes.CDLL(None).settimeofday(bytes(16), None)}"
