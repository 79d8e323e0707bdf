"""Solutions of the micrograd suite that must keep every point."""
