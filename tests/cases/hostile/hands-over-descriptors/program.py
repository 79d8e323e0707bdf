"""A descriptor sent along with the reply would land in the checker's table."""
# with files

import os
import socket

file = os.open(os.__file__, os.O_RDONLY)
channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, os.dup(0))
reply = f"{attempt(socket.send_fds, channel, [b'x'], [file])} {attempt(socket.recv_fds, channel, 1, 1)}"
