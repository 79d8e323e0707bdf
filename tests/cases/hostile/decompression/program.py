"""Kilobytes that unpack to gigabytes."""

import zlib

packed = zlib.compress(bytes(1 << 24), 1)
kept = [bytearray(300 << 20)]  # untouched, so that the limit is near before the time is over
while True:
    kept.append(zlib.decompress(packed))
