"""None of the machine's own files is there."""
# with files

import os

places = "/etc/passwd /etc/shadow /etc/hostname /root/.bashrc /home /var/log /work /tmp /run /boot /opt /mnt /usr/bin/env".split()
reply = " ".join(place for place in places if not attempt(os.stat, place) or not attempt(open, place))
