"""Text that people type: plain, in one form, without marks that turn or hide what stands around them."""

import re
import unicodedata

# Marks that set the direction of what follows (Unicode 9, 3.1), and the byte order mark.
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(text: str) -> str:
    """`text` composed (NFC), with \\n for every line end, without direction marks; "" if nothing in it can be seen."""
    composed = unicodedata.normalize("NFC", BIDI.sub("", text)).replace("\r\n", "\n").replace("\r", "\n").strip()
    return composed if any(unicodedata.category(char)[0] not in "CZ" for char in composed) else ""


def has_control_characters(text: str, *, but: str = "") -> bool:
    """Whether `text` holds control characters or separators of lines, other than those in `but`."""
    return any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} and char not in but for char in text)
