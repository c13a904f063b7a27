"""What is said to a person when Earshot cannot start."""


class Refusal(Exception):
    """One sentence for the person at the terminal: what is wrong and what to type."""
