"""A file in memory would outlive the limit on memory."""

import os

reply = f"{attempt(os.memfd_create, 'x')} {attempt(os.pipe)}"
