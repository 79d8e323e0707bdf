"""A program may catch MemoryError and go on, within the limit."""

kept = []
try:
    while True:
        kept.append(bytearray(1 << 22))
except MemoryError:
    reply = "at most the limit" if len(kept) <= 128 else f"{4 * len(kept)} MiB"
