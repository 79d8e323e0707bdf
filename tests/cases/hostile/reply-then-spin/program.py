"""The clock stops on the reply; what spins on is ended."""

import os

os.write(0, (6).to_bytes(8, "big") + b"forged")
while True:
    pass
