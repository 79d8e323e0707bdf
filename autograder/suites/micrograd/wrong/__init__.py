"""Solutions of the micrograd suite that must lose points."""
