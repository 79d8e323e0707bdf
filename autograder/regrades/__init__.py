"""Regrade requests: what students ask to be looked at again, graded once more by the run that graded it, and decided.

A table of requests is read whole or not at all (`requests`). What they name runs again through `run.grading` (`rerun`).
The higher of the two results counts, and a fault of ours changes nothing (`decisions`). Each decision is a line of
`regrades.csv` that nothing removes (`log`).
"""
