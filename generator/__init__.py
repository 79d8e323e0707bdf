"""Documents, calendars, rubric sheets and decks, made from a checked `Course`; nothing here reads YAML or writes files."""
