"""How loud sound is, by EBU R128 (ITU-R BS.1770): measured by ffmpeg's `ebur128` in the decode that there is anyway."""

import re
from dataclasses import dataclass

# `verbose` hides the line that the filter writes ten times a second; its summary is an `info`.
FILTER = "ebur128=peak=true:framelog=verbose"
SUMMARY = re.compile(r"\[Parsed_ebur128_\d+ @ 0x[0-9a-f]+\] \[info\] Summary:")
VALUE = re.compile(r" {4}(?P<name>I|LRA|Peak): +(?P<value>-?(?:\d+(?:\.\d+)?|inf|nan)) (?:LUFS|LU|dBFS)")
# The absolute gate: nothing in the sound is louder.
GATE_LUFS = -70.0
# What is written for a true peak of digital silence, which has none: below the last of 24 bits.
SILENT_DBTP = -150.0
TARGET_LUFS = -14.0
CEILING_DBTP = -1.0


@dataclass(frozen=True, kw_only=True)
class Loudness:
    """Integrated loudness in LUFS (-70 for what never rises above the gate), true peak in dBTP, range in LU."""

    integrated_lufs: float
    true_peak_dbtp: float
    range_lu: float


class LoudnessReport:
    """Picks the filter's summary out of ffmpeg's lines."""

    def __init__(self) -> None:
        self._values: dict[str, float] | None = None

    def take(self, line: str) -> None:
        """Keep the line if it is one of the summary; the last summary counts.

        A line of ours begins with the filter's name, and every line of a file's own tags with spaces and a name of
        theirs, before the decode begins: what a file says of its loudness is not heard.
        """
        if SUMMARY.match(line):
            self._values = {}
        elif self._values is not None and (found := VALUE.fullmatch(line.rstrip())):
            self._values.setdefault(found["name"], float(found["value"]))

    def loudness(self) -> Loudness:
        """What was measured. Raises ValueError where the summary is missing or cut."""
        values = self._values or {}
        if not values.keys() >= {"I", "LRA", "Peak"}:
            raise ValueError("there is no summary of the loudness")
        return Loudness(
            integrated_lufs=max(GATE_LUFS, finite(values["I"], otherwise=GATE_LUFS)),
            true_peak_dbtp=max(SILENT_DBTP, finite(values["Peak"], otherwise=SILENT_DBTP)),
            range_lu=max(0.0, finite(values["LRA"], otherwise=0.0)),
        )


def finite(value: float, *, otherwise: float) -> float:
    """The value, or `otherwise` for an infinity or what is no number."""
    return value if abs(value) < float("inf") else otherwise


def replay_gain_db(*, integrated_lufs: float, true_peak_dbtp: float) -> float:
    """By how many dB a player turns the sound up or down to play at -14 LUFS without passing -1 dBTP.

    Silence is left as it is.
    """
    if integrated_lufs <= GATE_LUFS:
        return 0.0
    return round(min(TARGET_LUFS - integrated_lufs, max(0.0, CEILING_DBTP - true_peak_dbtp)), 1)
