"""No other user, group, root folder, or namespace."""

import ctypes
import os

libc = ctypes.CDLL(None)
ways = {
    "uid": lambda: os.setuid(0),
    "gid": lambda: os.setgid(0),
    "groups": lambda: os.setgroups([0]),
    "root": lambda: os.chroot("/packages"),
    "session": os.setsid,
    "group": lambda: os.setpgid(0, 0),
}
reply = " ".join(
    [name for name, way in ways.items() if not attempt(way)]
    + [name for name in ("unshare", "setfsuid") if getattr(libc, name)(0x10000000) != -1]
)
