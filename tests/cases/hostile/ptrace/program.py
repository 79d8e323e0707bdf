"""Neither others nor itself."""

import ctypes

libc = ctypes.CDLL(None)
reply = f"{libc.ptrace(0, 0, 0, 0)} {libc.ptrace(16, 1, 0, 0)} {libc.process_vm_readv(1, None, 0, None, 0, 0)}"
