"""Decks as readable LaTeX, and LaTeX as PDF."""
