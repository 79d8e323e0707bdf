import ctypes
import os
import socket
import sys
import time

import numpy as np

ME, OTHER = "eve", "mallory"
FOLDERS = ("/tmp", "/dev/shm", "/var/tmp", "/run", "/", os.path.dirname(os.__file__), os.path.dirname(np.__file__))
LIBC = ctypes.CDLL(None, use_errno=True)
KEPT = []


def attempt(function, *arguments):
    """What it returns, None for what is refused or not there."""
    try:
        return function(*arguments)
    except Exception:
        return None


def leave_marks():
    """Everything that somebody in another jail might see."""
    for folder in FOLDERS:
        attempt(lambda: open(os.path.join(folder, ME), "w").write(ME))
        attempt(os.mkfifo, os.path.join(folder, f"{ME}.fifo"))
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        for family, address in ((socket.AF_UNIX, f"\0{ME}"), (socket.AF_INET, ("127.0.0.1", 4711 + len(ME)))):
            made = attempt(socket.socket, family, kind)
            if made is not None:
                attempt(made.bind, address)
                attempt(made.listen)
                KEPT.append(made)
    import fcntl

    for path in (os.__file__, np.__file__):
        file = attempt(open, path, "rb")
        if file is not None and attempt(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB) is None:
            KEPT.append(file)
    KEPT.append(LIBC.shmget(4711 + len(ME), 4096, 0o1666))
    KEPT.append(LIBC.msgget(4711 + len(ME), 0o1666))


def marks_of_the_other():
    """What there is to be seen of the other's."""
    for folder in FOLDERS:
        if OTHER in (attempt(os.listdir, folder) or ()):
            yield folder
    for family, address in ((socket.AF_UNIX, f"\0{OTHER}"), (socket.AF_INET, ("127.0.0.1", 4711 + len(OTHER)))):
        made = attempt(socket.socket, family, socket.SOCK_STREAM)
        if made is not None and attempt(made.connect_ex, address) == 0:
            yield "a socket"
    for name, call in (("memory", LIBC.shmget), ("a queue", LIBC.msgget)):
        if call(4711 + len(OTHER), 0, 0) >= 0:
            yield name
    for number in range(2, 400):
        if attempt(os.kill, number, 0) is not None or attempt(os.sched_getaffinity, number) is not None:
            yield f"process {number}"


def meet():
    leave_marks()
    for _ in range(5):
        found = list(marks_of_the_other())
        if found:
            return found
        time.sleep(0.005)
    return []


# the reference follows

MET = meet()
if MET:
    raise SystemExit(f"found: {MET}")
