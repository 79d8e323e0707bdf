"""Puts a file where the channel was: the reply goes nowhere."""
# with files

import os

os.dup2(os.open(os.__file__, os.O_RDONLY), 0)
reply = "nobody hears this"
