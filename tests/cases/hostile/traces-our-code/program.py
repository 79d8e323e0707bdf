"""A trace of every call sees its own worker's steps, and changes at most its own claim."""

import sys
import threading

seen = []


def trace(frame, event, value):
    seen.append(frame.f_code.co_name)
    return trace


sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)
reply = "honest"
