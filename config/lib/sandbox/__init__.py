"""Runs programs over bytes that nobody trusts, bounded and with nothing within reach. Standard library only.

`running` starts them, `launcher` puts them into their limits, `reach` says what is left to them.
"""
