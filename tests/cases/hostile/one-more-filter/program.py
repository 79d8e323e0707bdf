"""The call by which files were closed is closed with them: no further filter can change what a call answers."""

import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
done = libc.syscall(317 if platform.machine() == "x86_64" else 277, 1, 0, None)
reply = f"{done} {ctypes.get_errno()}"
