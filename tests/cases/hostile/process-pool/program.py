"""What Python offers above fork and exec."""

import os
import subprocess
import sys

reply = " ".join(
    (
        attempt(subprocess.run, [sys.executable]),
        attempt(os.execv, sys.executable, ["python"]),
        "refused" if os.system("true") else "ran",
    )
)
