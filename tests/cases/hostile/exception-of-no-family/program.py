"""Raises what `except Exception` does not catch."""


class Verdict(BaseException):
    def __str__(self):
        raise self

    __repr__ = __eq__ = __str__


raise Verdict
