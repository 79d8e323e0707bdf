"""Spins."""

while True:
    pass
