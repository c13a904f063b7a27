"""What a JPEG says of the work that it makes, before any of it is done (ITU-T T.81, B.1)."""

import re

# A marker that ends entropy-coded data: no stuffed byte, no restart, no filling.
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
START_OF_SCAN, END_OF_IMAGE = b"\xda", b"\xd9"


def has_more_scans(content: bytes, than: int) -> bool:
    """Whether the picture is drawn in more than so many scans. Each is work over all of it, though it may be empty."""
    at, scans = 2, 0
    while (found := MARKER.search(content, at)) and found[1] != END_OF_IMAGE and scans <= than:
        scans += found[1] == START_OF_SCAN
        at = found.end() + max(2, int.from_bytes(content[found.end() : found.end() + 2]))
    return scans > than
