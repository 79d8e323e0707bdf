"""Locks, leases and notices on files that all share would carry messages between two students."""
# with files

import fcntl
import os

file = os.open(os.__file__, os.O_RDONLY)
reply = " ".join(
    (
        attempt(fcntl.flock, file, fcntl.LOCK_SH),
        attempt(fcntl.lockf, file, fcntl.LOCK_SH),
        attempt(fcntl.fcntl, file, fcntl.F_SETLEASE, fcntl.F_RDLCK),
        attempt(fcntl.fcntl, file, fcntl.F_NOTIFY, fcntl.DN_ACCESS),
    )
)
