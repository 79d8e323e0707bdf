"""Right solutions written in other ways than the reference, which must earn full points."""
