"""Looks through its own memory for what an earlier program held: readable pages near Python's objects and the heap."""
# with files

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.access.argtypes = [ctypes.c_void_p, ctypes.c_int]
libc.sbrk.restype = ctypes.c_void_p
libc.sbrk.argtypes = [ctypes.c_long]
FAULT, PAGE, WINDOW = 14, 4096, 8192
# The text is looked for in disguise, so that this program does not find itself.
disguise = bytes(byte ^ 0x5A for byte in range(256))
wanted = bytes([15, 14, 18, 31, 8, 119, 9, 14, 15, 30, 31, 20, 14, 9, 119, 23, 27, 8, 17])
found = pages = 0
for middle in (id(object()), libc.sbrk(0), id(bytearray(1 << 20))):
    for number in range(-WINDOW, WINDOW):
        address = (middle // PAGE + number) * PAGE
        ctypes.set_errno(0)
        libc.access(address, 0)
        if ctypes.get_errno() != FAULT:
            pages += 1
            found += wanted in ctypes.string_at(address, PAGE).translate(disguise)
reply = f"found {found}" if pages > 100 else f"only {pages} pages"
