"""Lecture decks: one YAML file, written as editable PowerPoint, as Beamer and as a handout."""
