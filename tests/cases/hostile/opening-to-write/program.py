"""The filter itself refuses to open for writing, before the kernel looks whether there is a file."""
# with files

import os


def code(flags):
    try:
        os.open("/no/such/file", flags)
    except OSError as error:
        return str(error.errno)
    return "opened"


reply = " ".join(map(code, (os.O_WRONLY, os.O_RDWR, os.O_PATH)))
