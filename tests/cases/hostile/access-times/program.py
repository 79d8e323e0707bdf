"""Reading a file leaves no trace in it that another student's program could read."""
# with files

import os
import this

before = os.stat(this.__file__).st_atime_ns
with open(this.__file__, "rb") as stream:
    stream.read()
reply = "the same" if os.stat(this.__file__).st_atime_ns == before else "told"
