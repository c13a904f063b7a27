"""Files with nothing in them, with half of what they should have, and with noise."""

import random
from collections.abc import Callable

from tracks.tests.hostile.case import Aims, Hostile, Ready, Refused, encoded, fixed, wav

DAMAGED, NOT_AUDIO = Refused("damaged"), Refused("not_audio")
CONTAINERS: dict[str, tuple[str, ...]] = {
    "wav": (), "mp3": (), "flac": (), "ogg": ("-c:a", "libvorbis"), "opus": (), "m4a": (),
    "mka": ("-c:a", "flac"), "aiff": (), "caf": (), "wma": (), "w64": (), "aac": (),
}  # fmt: skip


def cut(suffix: str, *, share: float) -> Callable[[Aims], bytes]:
    """The maker of so much of the beginning of four seconds in that container."""

    def make(_: Aims) -> bytes:
        content = encoded(f"x.{suffix}", *CONTAINERS[suffix], seconds=4)
        return content[: round(len(content) * share)]

    return make


def first(suffix: str) -> Callable[[Aims], bytes]:
    """The maker of the first thirty bytes of that container: a name and no sound."""
    return lambda _: encoded(f"x.{suffix}", *CONTAINERS[suffix])[:30]


def noise(seed: int, *, size: int = 150_000) -> bytes:
    """Bytes without any meaning."""
    return random.Random(seed).randbytes(size)  # noqa: S311 -- noise, not secrets


# Four seconds cut in the middle. What can be decoded by then is right sound, and as long as it says.
HALVES = {
    "wav": Ready(2000), "mp3": Ready(2000), "flac": Ready(1672), "ogg": DAMAGED, "opus": Ready(1994),
    "m4a": DAMAGED, "mka": Ready(1950), "aiff": Ready(2000), "caf": Ready(2000), "wma": Ready(1950),
    "w64": Ready(2000), "aac": Ready(2000),
}  # fmt: skip
AS_FAR_AS_IT_GOES = "a recording that was cut plays as far as it goes"

CASES = [
    Hostile("one-byte.mp3", fixed(b"\xff"), NOT_AUDIO),
    Hostile("spaces.mp3", fixed(b" " * 5000), NOT_AUDIO),
    Hostile("zeros.mp3", fixed(bytes(1_000_000)), NOT_AUDIO),
    Hostile("sync-words.mp3", fixed(b"\xff\xfb\x90\x00" * 50_000), NOT_AUDIO),
    *(Hostile(f"noise-{seed}.mp3", fixed(noise(seed)), NOT_AUDIO) for seed in range(6)),
    Hostile("noise.flac", fixed(b"fLaC" + noise(11)), DAMAGED),
    Hostile("noise.ogg", fixed(b"OggS" + noise(12)), DAMAGED),
    Hostile("noise.m4a", fixed(b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + noise(13)), DAMAGED),
    Hostile("noise.mkv", fixed(b"\x1a\x45\xdf\xa3" + noise(14)), DAMAGED),
    Hostile(
        "noise.wav",
        fixed(wav(noise(15, size=88_200))),
        Ready(),
        why="noise is sound: every run of bytes is samples in a WAV file",
    ),
    *(Hostile(f"half.{suffix}", cut(suffix, share=0.5), end, AS_FAR_AS_IT_GOES) for suffix, end in HALVES.items()),
    *(Hostile(f"head.{suffix}", first(suffix), DAMAGED) for suffix in CONTAINERS),
]
