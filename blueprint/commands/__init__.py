"""One thin module per command: options in, a call, an exit code out. Heavy imports live inside the functions."""
