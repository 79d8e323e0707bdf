"""Reports for people: which attempt counts, CSV files, feedback, the staff's report, one case once more."""
