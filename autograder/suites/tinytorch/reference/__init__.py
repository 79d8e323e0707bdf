"""The reference package: TinyTorch's modules in clear NumPy, written from the API sheet (edition 2026-09)."""
