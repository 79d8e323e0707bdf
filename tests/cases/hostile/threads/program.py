"""Threads are refused with an exception a student can read."""

import threading

reply = attempt(threading.Thread(target=print).start)
