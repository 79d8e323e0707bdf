"""The trusted side of grading: what is asked, how replies are compared, and the grade that comes of it.

Begin with `judge`: how one attempt becomes a grade. It asks in a `module_jail`, what comes back gets a `verdict`, and what
both need of a module was `prepared` once for the whole class.
"""
