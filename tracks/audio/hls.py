"""HTTP Live Streaming playlists (RFC 8216) over one fragmented MP4 a rendition, cut by byte range.

Written here and not by ffmpeg's hls muxer, because that one puts an index before every segment and none in
front: the bare file then knows neither its length nor where to seek. With one index in front the same
object serves both ways.
"""

import math

from tracks.audio.fmp4 import Layout, Segment

VERSION = 7  # EXT-X-MAP in a playlist of its own sounds needs 6, fragmented MP4 needs 7


def media_playlist(layout: Layout, *, name: str) -> str:
    """The complete (VOD) playlist of the file `name`, which is addressed relative to the playlist."""
    longest = max(round(segment.seconds) for segment in layout.segments)
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, longest)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{name}",BYTERANGE="{layout.init_bytes}@0"',
    ]
    for segment in layout.segments:
        lines += [
            f"#EXTINF:{segment.seconds:.5f},",
            f"#EXT-X-BYTERANGE:{segment.size}@{segment.offset}",
            name,
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def master_playlist(layout: Layout, *, name: str, codec: str) -> str:
    """A master playlist with one variant, the media playlist `name`; `codec` as in RFC 6381, e.g.
    "mp4a.40.2".
    """
    return "\n".join(
        [
            "#EXTM3U",
            f"#EXT-X-VERSION:{VERSION}",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            f'#EXT-X-STREAM-INF:BANDWIDTH={peak_bps(layout)},AVERAGE-BANDWIDTH={average_bps(layout)},CODECS="{codec}"',
            name,
            "",
        ]
    )


def average_bps(layout: Layout) -> int:
    """Bits a second over all segments."""
    return math.ceil(sum(segment.size for segment in layout.segments) * 8 / max(layout.seconds, 0.001))


def peak_bps(layout: Layout) -> int:
    """The largest bit rate of any segment, never below the average.

    RFC 8216 section 4.3.4.2 leaves out segments shorter than half the target duration, such as the last one.
    """
    target = max(segment.seconds for segment in layout.segments)
    whole = [segment for segment in layout.segments if segment.seconds >= target / 2]
    return max(average_bps(layout), *(bits_per_second(segment) for segment in whole))


def bits_per_second(segment: Segment) -> int:
    """Bits a second of one segment."""
    return math.ceil(segment.size * 8 / max(segment.seconds, 0.001))
