"""The reference package of the micrograd suite, ours in full."""
