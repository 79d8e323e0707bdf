"""From what a platform gives to one student's files: archives, downloads, class lists, which file is which module."""
