"""A group of exceptions that end programs, raised while another is handled."""

try:
    raise KeyboardInterrupt
except KeyboardInterrupt:
    raise BaseExceptionGroup("all", [SystemExit(0), GeneratorExit(), KeyboardInterrupt()]) from None
