"""Recursion until the stack ends."""

nested = ()
for _ in range(1 << 20):
    nested = (nested,)
hash(nested)
