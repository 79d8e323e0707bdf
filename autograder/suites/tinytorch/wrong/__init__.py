"""Solutions with mistakes students make, each of which must lose points on its skill; liars must earn nothing."""
