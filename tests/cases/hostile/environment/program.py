"""The environment holds our own settings, and the host has no name."""

import os

reply = " ".join([*sorted(os.environ), os.uname().nodename])
