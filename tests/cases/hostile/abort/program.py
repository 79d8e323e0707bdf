"""Dies by itself."""

import os

os.abort()
