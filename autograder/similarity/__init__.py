"""Similarity: which works of a class have text in common that was given to none of them, for a person to read.

A text becomes tokens (`tokens`) in which names that a student chose, numbers, strings, comments and white space do not
matter; runs of so many tokens are its grams (`grams`), wherever in the file they stand. What the starter code has is given
and is not compared. Of two works that share grams `blocks` finds the places. Nothing is executed and nothing is parsed:
any bytes give a text or the reason why there is none, in time that grows with their length.
"""
