"""Decks as native, editable PowerPoint files."""
