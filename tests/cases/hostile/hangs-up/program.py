"""Closes the channel and answers into nothing."""

import os

os.close(0)
reply = "nobody hears this"
