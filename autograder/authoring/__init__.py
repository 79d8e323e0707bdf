"""What the author of a suite writes: cases and their inputs, how hand-ins are named, questions for assistants, cases for students."""
