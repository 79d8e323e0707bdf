"""No file of a user or of a site was run at the start, and none can be left for the next one."""

import os
import site
import sys

names = [name for name in ("site", "sitecustomize", "usercustomize") if name in sys.modules and name != "site"]
folders = [*sys.path, *site.getsitepackages(), os.path.expanduser("~")]
for folder in folders:
    for name in ("sitecustomize.py", "left.pth", "numpy.py"):
        if not attempt(open, os.path.join(folder, name), "w"):
            names.append(os.path.join(folder, name))
reply = " ".join(names)
