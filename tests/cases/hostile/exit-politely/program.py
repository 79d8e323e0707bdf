"""SystemExit is no verdict."""

import sys

sys.exit(0)
