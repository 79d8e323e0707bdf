"""A stopped process would use no time and never end; nobody can stop, not even itself."""

import os
import signal

ways = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "raise": lambda: signal.raise_signal(signal.SIGSTOP),
    "group": lambda: os.killpg(0, signal.SIGSTOP),
    "pause": signal.pause,
    "wait": lambda: signal.sigwait([signal.SIGUSR1]),
}
reply = " ".join(name for name, way in list(ways.items())[:3] if not attempt(way))
