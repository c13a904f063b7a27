"""Answers that join several apps: pages, health, what an instance says of itself. Reads and dispatches only."""
