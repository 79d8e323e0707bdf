"""Even the jail's own root cannot be listed."""

import os

reply = attempt(os.listdir, "/")
