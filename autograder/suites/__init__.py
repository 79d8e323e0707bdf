"""Suites: folders of reference tests, one a course. They know nothing of the grader but `autograder.case`."""
