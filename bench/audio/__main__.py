"""`python -m bench.audio MUSIC`: measure on the pieces in the folder MUSIC, and write bench/results/audio.md."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.audio import coders, pipeline
from tracks.audio.ffmpeg import ffmpeg_binary

RESULTS = Path(__file__).parents[1] / "results" / "audio.md"
EVERY = 7  # of the pieces: they are alike in neighbourhoods


def report(pieces: list[Path], *, folder: Path) -> Iterator[str]:
    """The whole document."""
    said = subprocess.run([ffmpeg_binary(), "-version"], capture_output=True, check=True, text=True)  # noqa: S603 -- ours
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    yield "# Audio"
    yield ""
    yield f"{datetime.now(tz=UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load}, {said.stdout.split(' Copyright')[0]}."
    yield f"{len(pieces)} pieces of real music. Made by `python -m bench.audio`."
    for title, lines in (
        ("Coders", coders.table(pieces, folder=folder)),
        ("The pipeline", pipeline.table(pieces[::2])),
        ("Copies", pipeline.copy_table(pieces[:3])),
        ("Memory over length", pipeline.memory_table(folder=folder)),
    ):
        yield from ("", f"## {title}", "")
        yield from lines


def main(arguments: list[str]) -> int:
    """Measure and write."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m bench.audio MUSIC\n")
        return 2
    pieces = sorted(path for path in Path(arguments[0]).iterdir() if path.suffix in {".ogg", ".flac", ".wav"})[::EVERY]
    with tempfile.TemporaryDirectory() as name:
        lines = []
        for line in report(pieces, folder=Path(name)):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            lines.append(line)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
