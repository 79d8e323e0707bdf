"""Documents, calendars, rubric sheets and decks, made from a checked `Course`. Tasks give bytes; `blueprint.build` writes them."""
