"""The channel cannot be shut for one direction, written to out of band, peeked into, tuned, or asked who is there."""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
buffer, size = ctypes.create_string_buffer(64), ctypes.c_int(64)
OUT_OF_BAND, PEEK, SOCKET, SEND_BUFFER, PEER = 1, 2, 1, 7, 17


def refused(result):
    return ctypes.get_errno() if result == -1 else "done"


reply = " ".join(
    str(refused(result))
    for result in (
        libc.shutdown(0, 1),
        libc.send(0, buffer, 1, OUT_OF_BAND),
        libc.recv(0, buffer, 1, PEEK),
        libc.setsockopt(0, SOCKET, SEND_BUFFER, ctypes.byref(size), 4),
        libc.getsockopt(0, SOCKET, PEER, buffer, ctypes.byref(size)),
        libc.getpeername(0, buffer, ctypes.byref(size)),
        libc.recvmsg(0, buffer, 0),
    )
)
