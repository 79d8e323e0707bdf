"""No family, no kind, and no pair."""

import socket

open_ones = [
    (family, kind)
    for family in range(64)
    for kind in (1, 2, 3, 5)
    if attempt(socket.socket, family, kind) != "PermissionError"
]
if attempt(socket.socketpair) != "PermissionError":
    open_ones.append("pair")
reply = " ".join(map(str, open_ones))
