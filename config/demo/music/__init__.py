"""A small software synthesiser and the scores it plays: NumPy only, the same samples at every call."""
