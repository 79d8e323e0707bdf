"""Grades TinyTorch submissions in a sandbox against reference tests."""
