"""Code that runs inside the jail, and the bytes that go in and out of it."""
