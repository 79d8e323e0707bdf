"""The TinyTorch suite: a reference package of our own and the cases of its modules."""
