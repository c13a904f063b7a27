"""The two ways in which sound can fail: the file cannot be taken, or this machine cannot take it now."""


class AudioRefused(Exception):
    """The file itself is the reason; trying again with the same bytes ends the same way.

    `code` is stable snake_case for programs, `reason` a sentence on which the uploader can act.
    """

    def __init__(self, *, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class AudioRetryable(Exception):
    """Trouble that is not the file's fault: no ffmpeg, a full disk, a process killed by the machine."""
