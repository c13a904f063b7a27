"""Reads the tags of one file with mutagen and prints them as JSON. Runs as a child process of `tags`, alone.

`python -I tag_reader.py SOURCE COVER`: the cover picture, if there is one, is written to COVER. Whatever
goes wrong here (tag parsers crash, or never end) costs this process only.
"""

import base64
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import mutagen
from mutagen.flac import Picture

MAX_TEXT = 20_000
MAX_COVER_BYTES = 10 * 1000 * 1000
FRONT_COVER = 3  # APIC picture type

# Our name: its names in ID3v2, MP4, Vorbis comments and ASF, in lower case.
NAMES = {
    "title": ("tit2", "©nam", "title"),
    "artist": ("tpe1", "©art", "artist", "author", "albumartist"),
    "album": ("talb", "©alb", "album", "wm/albumtitle"),
    "genre": ("tcon", "©gen", "genre", "wm/genre"),
    "date": ("tdrc", "tdor", "tyer", "©day", "date", "year", "wm/year"),
    "bpm": ("tbpm", "tmpo", "bpm", "tempo", "wm/beatsperminute"),
    "key": ("tkey", "----:com.apple.itunes:initialkey", "initialkey", "key", "wm/initialkey"),
    "isrc": ("tsrc", "----:com.apple.itunes:isrc", "isrc", "wm/isrc"),
    "comment": ("comm", "txxx:comment", "©cmt", "comment", "description"),
}


def texts(value: Any) -> Iterator[str]:
    """The plain strings in any of mutagen's values."""
    items = getattr(value, "genres", None) or getattr(value, "text", value)
    for item in items if isinstance(items, list) else [items]:
        yield bytes(item).decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


def collect(tags: Any) -> dict[str, str]:
    """Our names and the first text that the tags hold for each."""
    found: dict[str, str] = {}
    for name in tags.keys():  # noqa: SIM118 -- iterating Vorbis comments gives pairs
        plain = name.split(":")[0] if name.startswith("COMM") else name
        with contextlib.suppress(Exception):
            found.setdefault(plain.lower(), next((text for text in texts(tags[name]) if text), "")[:MAX_TEXT])
    return {ours: text for ours, theirs in NAMES.items() if (text := first(found.get(name) for name in theirs))}


def first(values: Iterable[str | None]) -> str:
    """The first text that is not empty."""
    return next((value for value in values if value), "")


def pictures(file: Any) -> Iterator[tuple[int, bytes]]:
    """Type and bytes of the pictures in FLAC, ID3, MP4 and Vorbis comments."""
    for picture in getattr(file, "pictures", []):
        yield picture.type, picture.data
    tags = file.tags
    if hasattr(tags, "getall"):
        yield from ((frame.type, frame.data) for frame in tags.getall("APIC"))
        return
    for cover in tags.get("covr") or []:
        yield FRONT_COVER, bytes(cover)
    for text in tags.get("metadata_block_picture") or []:
        picture = Picture(base64.b64decode(text))  # type: ignore[no-untyped-call]  # mutagen ships no types
        yield picture.type, picture.data


def write_cover(file: Any, target: Path) -> None:
    """Write the front cover, else the first picture, unless it is empty or too large."""
    fitting = [(kind, data) for kind, data in pictures(file) if 0 < len(data) <= MAX_COVER_BYTES]
    fitting.sort(key=lambda picture: picture[0] != FRONT_COVER)
    if fitting:
        target.write_bytes(fitting[0][1])


def main(argv: list[str]) -> int:
    """Print the tags of argv[0] as JSON, write its cover to argv[1]."""
    source, cover = argv
    file = mutagen.File(source)
    if file is None or not file.tags:
        sys.stdout.write("{}")
        return 0
    sys.stdout.write(json.dumps(collect(file.tags)))
    sys.stdout.flush()
    write_cover(file, Path(cover))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
