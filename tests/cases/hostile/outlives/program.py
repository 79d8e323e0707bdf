"""Nothing runs after the reply: no finalizer, no exit handler."""

import atexit
import time


class Stay:
    def __del__(self):
        time.sleep(1000)


stay = Stay()
atexit.register(time.sleep, 1000)
reply = "done"
