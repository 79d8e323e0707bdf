"""No timer that would go on beside the program."""

import faulthandler
import signal

reply = attempt(signal.setitimer, signal.ITIMER_REAL, 1) + " " + attempt(faulthandler.dump_traceback_later, 1, False, 0)
