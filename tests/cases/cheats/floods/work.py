import sys
import warnings

warnings.simplefilter("always")
for _ in range(2000):
    print("passed " * 100)
    print("passed " * 100, file=sys.stderr)
    warnings.warn("passed" * 100)
# the reference follows
