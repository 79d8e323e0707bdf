"""No device, no /sys, and nothing of either below another name."""
# with files

import os

places = "/dev /dev/null /dev/zero /dev/urandom /dev/tty /dev/shm /dev/mem /dev/fuse /sys /sys/kernel /sys/fs/cgroup".split()
reply = " ".join(place for place in places if not attempt(os.stat, place) or not attempt(open, place))
