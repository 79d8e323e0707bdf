"""The proof that a suite is right: its own solutions graded, as students' are."""
