"""The micrograd suite: scalars with gradients and small networks of them; tiny, and unlike TinyTorch."""
