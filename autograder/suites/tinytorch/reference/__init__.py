"""The reference package: TinyTorch's modules in clear NumPy, written from the API sheet (era C)."""
