"""Comments as files: markers for editors of sound, subtitles, tables."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any

from config.lib.renderers import dumps
from engagement.comments.cards import comment_card

Card = dict[str, Any]
# How long a cue is shown.
CUE_MS = 4000
COLUMNS = (
    "id",
    "parent_id",
    "timestamp_ms",
    "time",
    "username",
    "display_name",
    "body",
    "created_at",
    "edited_at",
    "pinned",
)
# With these a cell begins that programs take for a formula, in their wide forms too; and what they skip before one.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r\n]")
BLANK_LINES = re.compile(r"\n\s*\n")


def as_json(cards: Iterable[Card]) -> Iterator[bytes]:
    """One array of cards."""
    between = b"["
    for card in cards:
        yield between + dumps(card)
        between = b",\n"
    yield b"]\n" if between != b"[" else b"[]\n"


def as_csv(cards: Iterable[Card]) -> Iterator[bytes]:
    """A table with a head (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it."""
    line = csv.writer(Echo()).writerow
    yield line(COLUMNS)
    for card in cards:
        user = card["user"] or {"username": "", "display_name": ""}
        told = {**card, **{name: user[name] for name in ("username", "display_name")}}
        told |= {name: card[name].isoformat() if card[name] else "" for name in ("created_at", "edited_at")}
        told["time"] = "" if card["timestamp_ms"] is None else clock(card["timestamp_ms"])
        yield line([harmless(told[name]) for name in COLUMNS])


class Echo:
    """What csv writes into: it hands each line back."""

    def write(self, text: str) -> bytes:
        return text.encode()


def harmless(value: Any) -> Any:
    """A text that no spreadsheet calculates with."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def as_vtt(cards: Iterable[Card]) -> Iterator[bytes]:
    """Subtitles (https://www.w3.org/TR/webvtt1/): a cue for each comment that has a moment, in their order."""
    yield b"WEBVTT\n"
    for card in cards:
        if card["timestamp_ms"] is None or card["deleted"]:
            continue
        begins, name = card["timestamp_ms"], escape(card["user"]["display_name"], quote=False)
        # A blank line would end the cue; escaped, no arrow and no tag is left.
        words = BLANK_LINES.sub("\n", escape(card["body"], quote=False))
        speaker = " ".join(name.split())
        yield f"\n{card['id']}\n{clock(begins)} --> {clock(begins + CUE_MS)}\n<v {speaker}>{words}\n".encode()


def clock(milliseconds: int) -> str:
    """`00:03:07.250`"""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"


FORMS: dict[str, tuple[str, Callable[[Iterable[Card]], Iterator[bytes]]]] = {
    "vtt": ("text/vtt; charset=utf-8", as_vtt),
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
}


def export(rows: Iterable[dict[str, Any]], *, form: str) -> Iterator[bytes]:
    """The rows of `for_card` as a file, piece by piece."""
    _, write = FORMS[form]
    return write(comment_card(row) for row in rows)
