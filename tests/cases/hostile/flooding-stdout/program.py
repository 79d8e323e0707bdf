"""What a program prints goes nowhere, and costs nothing."""

import sys

for _ in range(100):
    print("x" * 1000000)
    sys.stderr.write("y" * 1000000)
    sys.__stdout__.write("z")
reply = "done"
