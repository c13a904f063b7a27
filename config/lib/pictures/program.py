"""Makes the variants of the picture `source` in the working folder, and says on one line of JSON what it is, or why it
is not taken. A program of its own, so that a decoder that a stranger's bytes lead astray has nothing within reach."""

import json
import sys
from pathlib import Path

from config.lib.pictures.images import PictureRefused, prepare_picture


def main() -> None:
    """Read, write, tell."""
    sys.stdout.write(json.dumps(work(Path())))


def work(folder: Path) -> dict[str, str]:
    """`{"refused": reason}`, or colour and placeholder of a picture whose variants are in the folder now."""
    try:
        picture = prepare_picture((folder / "source").read_bytes())
    except PictureRefused as refusal:
        return {"refused": refusal.facts["reason"]}
    for name, content in picture.variants.items():
        (folder / name).write_bytes(content)
    return {"color": picture.color, "placeholder": picture.placeholder}
