"""A device in words, as its owner would call it. Guesses from what it says of itself; no database of devices."""

import re

# What a browser's name contains, in this order, for most of them claim to be the later ones too.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "Mac",
    "Linux": "Linux",
}
# `Name/1.0`: how everything that is no browser introduces itself.
PRODUCT = re.compile(r"(?!Mozilla/)([\w .-]{1,40})/")


def device_name(user_agent: str) -> str:
    """`Firefox on Linux`, `Chrome on Android`, `curl`, or `Unknown device`."""
    program = first(BROWSERS, user_agent)
    if not program and (product := PRODUCT.match(user_agent)):
        program = product[1]
    return " on ".join(filter(None, (program, first(SYSTEMS, user_agent)))) or "Unknown device"


def first(names: dict[str, str], user_agent: str) -> str:
    """The name of the first of these marks that is there, or nothing."""
    return next((name for mark, name in names.items() if mark in user_agent), "")
