"""Text as every writer needs it: Markdown's inline part, plain text, formulas, words to be read aloud."""
