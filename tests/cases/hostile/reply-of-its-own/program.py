"""Answers while it is imported. It is a claim like any other, and will be compared with the reference's."""

import os

os.write(0, (6).to_bytes(8, "big") + b"forged")
os._exit(0)
