"""People's marks: what is to be read, the tables and pages for it, and the log of what was given."""
