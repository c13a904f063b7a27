"""The two ways in which a program in the sandbox can fail: through its bytes, or through this machine."""

TOOK_TOO_LONG = "took_too_long"
TOO_LARGE = "too_large"
CRASHED = "crashed"


class ProgramFailed(Exception):
    """The bytes themselves are the reason; trying again with the same ones ends the same way.

    `fault` is one of the three above. What to tell whoever sent the bytes, the caller knows.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class ProgramLost(Exception):
    """Trouble that is not the bytes' fault: no such program, or killed by the machine."""
