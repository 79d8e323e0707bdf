"""The trusted side of a case: what is asked, how replies are compared, and the grade that comes of it."""
