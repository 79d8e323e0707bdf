"""For the author of a suite: cases, inputs, how hand-ins are named, questions for assistants, cases for students."""
