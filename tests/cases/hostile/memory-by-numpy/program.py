"""The same through NumPy, every page touched."""

import numpy

kept = []
while True:
    kept.append(numpy.ones(1 << 20))
