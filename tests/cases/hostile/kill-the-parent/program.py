"""Nobody can be signalled."""

import os
import signal

reply = " ".join(str(pid) for pid in (os.getppid(), -1, 0, 1, 2, 3, 100) if not attempt(os.kill, pid, signal.SIGKILL))
