"""One allocation far above the limit."""

reply = len(bytearray(1 << 40))
