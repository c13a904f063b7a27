"""Pictures that strangers send: decoded by a program of its own, made harmless, stored under names that nobody guesses.

`taking` starts the program, `images` is what it does, `models` and `storing` keep what comes out.
"""
