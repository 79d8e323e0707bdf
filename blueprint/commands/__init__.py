"""One thin module per command: options in, a call, an exit code out. Heavy imports live inside the functions.

No command imports another; what two of them share is `checking`, or stands outside of this folder.
"""
