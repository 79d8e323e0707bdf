"""No place takes a file, a folder, a link, or a change."""
# with files

import os
import sys

import numpy

folders = [
    "",
    "/",
    "/tmp",
    "/dev/shm",
    "/packages",
    "/run",
    os.path.dirname(os.__file__),
    os.path.dirname(numpy.__file__),
]
done = []
for folder in folders:
    name = f"{folder}/written"
    for way in (
        lambda: open(name, "w"),
        lambda: open(name, "ab"),
        lambda: open(f"{folder}/__init__.py", "r+"),
        lambda: os.mkdir(name),
        lambda: os.symlink("/", name),
        lambda: os.link(os.__file__, name),
        lambda: os.mkfifo(name),
        lambda: os.rename(os.__file__, name),
        lambda: os.unlink(f"{folder}/__init__.py"),
        lambda: os.chmod(folder, 0o777),
        lambda: os.truncate(f"{folder}/__init__.py", 0),
        lambda: os.utime(folder),
        lambda: os.open(folder, os.O_TMPFILE | os.O_RDWR),
    ):
        if not attempt(way):
            done.append(name)
reply = " ".join(done)
