"""The cases, a file a module."""
