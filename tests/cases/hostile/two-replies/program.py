"""A reply of its own first, then the honest one: no way to choose between them is left to the student."""

import os

os.write(0, (6).to_bytes(8, "big") + b"forged")
reply = "honest"
