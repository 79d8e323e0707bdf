"""Puts a file where the channel was: the reply goes nowhere."""

import os

os.dup2(os.open(os.__file__, os.O_RDONLY), 0)
reply = "nobody hears this"
