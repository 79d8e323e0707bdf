"""The channel is a socket: it may be read and written, not used to hand over descriptors."""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
reply = f"{libc.sendmsg(0, ctypes.create_string_buffer(64), 0)} {ctypes.get_errno()}"
