"""Tracks as those see them who share a space."""
