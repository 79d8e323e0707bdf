"""Answers after its time; the answer is not heard."""

import time

time.sleep(1.1)
reply = "late"
