"""Every hostile file, and what of it is for every day."""

from tracks.tests.hostile import boxes, broken, lying, pictured, pointing, polyglots, tagged

CASES = [
    *pointing.CASES, *broken.CASES, *lying.CASES, *boxes.CASES, *tagged.CASES, *pictured.CASES, *polyglots.CASES
]  # fmt: skip
# One of each family that has hurt others before (docs/decisions/0020).
NASTIEST = {
    "hls-after-id3.mp3", "hls-relative.wav", "concat.flac", "noise-0.mp3", "half.m4a", "255-channels.wav",
    "4-gigabytes.wav", "silent-day.flac", "url-file.m4a", "boxes-in-boxes.m4a", "compressed-bomb.mp3",
    "many-comments.flac", "cover-bomb-20000.mp3", "page-then-mp3.mp3",
}  # fmt: skip
EVERYDAY = [case for case in CASES if case.name in NASTIEST]
