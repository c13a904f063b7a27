"""Measurements: `python -m bench.audio`. Each stands beside its floor, taken in the same run."""
