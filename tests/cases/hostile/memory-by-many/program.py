"""Many small allocations."""

kept = []
while True:
    kept.append(bytearray(1 << 20))
