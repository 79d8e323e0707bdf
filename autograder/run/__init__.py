"""A run over a class: processes side by side, the journal of grades, the secret, and what need not be run again."""
