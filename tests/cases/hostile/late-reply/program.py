"""Answers after its time; the answer is not heard."""

import time

time.sleep(3)  # a checker that is late itself, on a busy machine, is not as late as that
reply = "late"
