"""The cases of the micrograd suite, one file for each module."""
