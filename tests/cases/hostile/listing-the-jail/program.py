"""Even the jail's own root cannot be listed."""
# with files

import os

reply = attempt(os.listdir, "/")
