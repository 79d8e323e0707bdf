"""There is no /proc to read."""
# with files

import os

places = "/proc /proc/self/maps /proc/self/environ /proc/1/mem /proc/self/fd /proc/sys/kernel/core_pattern /sys /sys/fs/cgroup".split()
reply = " ".join(place for place in places if os.path.exists(place) or not attempt(os.listdir, place))
