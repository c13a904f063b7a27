"""Headers that promise what is not there, or what no machine should make."""

import struct

from tracks.tests.hostile.case import Aims, Hostile, Ready, Refused, encoded, fixed, replaced, samples, wav

DAMAGED, CHANNELS, RATE = Refused("damaged"), Refused("too_many_channels"), Refused("sample_rate_unsupported")
ALL_BITS = 0xFFFFFFFF
UNKNOWN = Refused("codec_unsupported")
EACH_FRAME = "each frame says its own rate"
COUNTED = "what lasts is what was decoded, whatever the header says"


def flac(*, total: int | None = None, rate: int | None = None, most_block: int | None = None) -> bytes:
    """A FLAC file with other numbers in its STREAMINFO (RFC 9639, section 8.2), which lies at byte 8."""
    content = bytearray(encoded("x.flac"))
    packed = int.from_bytes(content[18:26], "big")
    if total is not None:
        packed = packed & ~(2**36 - 1) | total
    if rate is not None:
        packed = packed & (2**44 - 1) | rate << 44
    content[18:26] = packed.to_bytes(8, "big")
    if most_block is not None:
        content[10:12] = struct.pack(">H", most_block)
    return bytes(content)


def mp4(kind: bytes, *, at: int, value: bytes) -> bytes:
    """An M4A file with other bytes `at` the given place of its first box of that kind."""
    content = bytearray(encoded("x.m4a"))
    start = content.index(kind) + 4 + at
    content[start : start + len(value)] = value
    return bytes(content)


def mp3_said_to_have(frames: int) -> bytes:
    """An MP3 file whose Xing header counts so many frames."""
    content = encoded("x.mp3")
    at = next(content.index(mark) for mark in (b"Xing", b"Info") if mark in content) + 8
    return content[:at] + struct.pack(">I", frames) + content[at + 4 :]


def ogg_ending_at(position: int) -> bytes:
    """An Ogg file whose last page says to end at that sample; its checksum is right (RFC 3533, section 6)."""
    content = bytearray(encoded("x.opus"))
    page = content.rindex(b"OggS")
    content[page + 6 : page + 14] = struct.pack("<q", position)
    content[page + 22 : page + 26] = bytes(4)
    content[page + 22 : page + 26] = struct.pack("<I", ogg_checksum(bytes(content[page:])))
    return bytes(content)


def ogg_checksum(page: bytes) -> int:
    """CRC-32 of polynomial 0x04c11db7, not reflected, from 0."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
    return value & ALL_BITS


def silent_day(_: Aims) -> bytes:
    """24 h and a second of silence in under a megabyte: FLAC frames of 65,535 samples, each one number (RFC 9639)."""
    total = 48_000 * 86_401
    info = struct.pack(">HH", 65_535, 65_535) + bytes(6)
    info += (48_000 << 44 | 0 << 41 | 15 << 36 | total).to_bytes(8, "big") + bytes(16)
    frames = [flac_frame(number) for number in range(-(-total // 65_535))]
    return b"fLaC" + b"\x80\x00\x00\x22" + info + b"".join(frames)


def flac_frame(number: int) -> bytes:
    """A frame of 65,535 samples of silence, mono, 16 bits, of the rate that STREAMINFO says."""
    head = b"\xff\xf8\x70\x08" + chr(number).encode("utf-8", "surrogatepass") + b"\xff\xfe"
    head += bytes([crc(head, width=8, polynomial=0x07)])
    body = head + b"\x00\x00\x00"  # one constant subframe
    return body + struct.pack(">H", crc(body, width=16, polynomial=0x8005))


def crc(data: bytes, *, width: int, polynomial: int) -> int:
    """A checksum from 0, not reflected."""
    value, top, mask = 0, 1 << (width - 1), (1 << width) - 1
    for byte in data:
        value ^= byte << (width - 8)
        for _ in range(8):
            value = ((value << 1) ^ polynomial if value & top else value << 1) & mask
    return value


CASES = [
    Hostile("4-gigabytes.wav", fixed(wav(samples(), says=ALL_BITS - 36)), Ready(), COUNTED),
    Hostile("4-gigabytes-of-nothing.wav", fixed(wav(bytes(1000), says=ALL_BITS - 36)), Ready(11), COUNTED),
    Hostile("no-length.wav", fixed(wav(samples(), says=0)), Ready(), COUNTED),
    Hostile("no-rate.wav", fixed(wav(samples(), rate=0)), DAMAGED),
    Hostile("no-channels.wav", fixed(wav(samples(), channels=0)), DAMAGED),
    Hostile("no-bits.wav", fixed(wav(samples(), bits=0)), UNKNOWN),
    Hostile("no-alignment.wav", fixed(wav(samples(), align=0)), Ready(), "what it says of frames is not needed"),
    Hostile("255-channels.wav", fixed(wav(samples(), channels=255)), CHANNELS),
    Hostile("65535-channels.wav", fixed(wav(samples(), channels=65_535, align=0xFFFF)), CHANNELS),
    Hostile("9-channels.wav", fixed(wav(samples() * 9, channels=9)), CHANNELS),
    Hostile("384-kilohertz.wav", fixed(wav(samples() * 9, rate=384_000)), RATE),
    Hostile("4-gigahertz.wav", fixed(wav(samples(), rate=ALL_BITS)), DAMAGED),
    Hostile("1-hertz.wav", fixed(wav(samples(), rate=1)), RATE),
    Hostile("1-bit.wav", fixed(wav(samples(), bits=1)), Ready(2000), "a sample of up to 8 bits has a byte of its own"),
    Hostile("unknown-codec.wav", fixed(wav(samples(), kind=0xABCD)), UNKNOWN),
    Hostile("an-hour-too-many.flac", fixed(flac(total=2**36 - 1)), Refused("too_long")),
    Hostile("no-length.flac", fixed(flac(total=0)), Ready(), COUNTED),
    Hostile("no-rate.flac", fixed(flac(rate=0)), Ready(), EACH_FRAME),
    Hostile("1-megahertz.flac", fixed(flac(rate=2**20 - 1)), Ready(), EACH_FRAME),
    Hostile("small-blocks.flac", fixed(flac(most_block=16)), DAMAGED),
    Hostile("silent-day.flac", silent_day, Refused("too_long")),
    Hostile("135-years.m4a", fixed(mp4(b"mdhd", at=16, value=b"\xff" * 4)), Ready(), COUNTED),
    Hostile(
        "no-time.m4a",
        fixed(mp4(b"mdhd", at=12, value=bytes(8))),
        Ready(23),
        "of a sound without a clock a frame is left",
    ),
    Hostile("255-channels.m4a", fixed(mp4(b"mp4a", at=16, value=b"\x00\xff")), Ready(), COUNTED),
    Hostile("many-samples.m4a", fixed(mp4(b"stsz", at=8, value=b"\xff" * 4)), DAMAGED),
    Hostile("long-samples.m4a", fixed(mp4(b"stts", at=12, value=b"\x7f\xff\xff\xff")), DAMAGED),
    Hostile("samples-elsewhere.m4a", fixed(mp4(b"stco", at=8, value=b"\xff" * 4)), DAMAGED),
    Hostile("many-frames.mp3", fixed(mp3_said_to_have(2**31)), Refused("too_long")),
    Hostile("longest.opus", fixed(ogg_ending_at(2**62)), Ready(), COUNTED),
    Hostile("negative.opus", fixed(ogg_ending_at(-(2**62))), Ready(), COUNTED),
    Hostile(
        "9-channels.aiff",
        fixed(replaced(encoded("x.aiff"), b"COMM\x00\x00\x00\x12\x00\x01", b"COMM\x00\x00\x00\x12\x00\x09")),
        CHANNELS,
    ),
]
