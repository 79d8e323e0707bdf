"""The exception without the want; no better than the want."""

raise MemoryError
