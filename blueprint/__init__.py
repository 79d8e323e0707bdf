"""Blueprint: one YAML file builds a machine-learning-systems course."""

__version__ = "0.1.0"
