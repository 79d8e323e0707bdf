"""No terminal to type into, and nobody's name at it."""

import fcntl
import os
import termios

ways = {
    "name": lambda: os.ttyname(0),
    "tty": lambda: os.open("/dev/tty", os.O_RDONLY),
    "types": lambda: fcntl.ioctl(0, termios.TIOCSTI, b"x"),
    "attributes": lambda: termios.tcgetattr(0),
    "new": os.openpty,
    "login": os.getlogin,
    "control": lambda: os.tcsetpgrp(0, 1),
}
reply = " ".join(name for name, way in ways.items() if not attempt(way))
