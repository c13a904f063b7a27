"""Playlists and stream descriptions make a player open other files and addresses: they are not sound."""

from pathlib import Path

from tracks.audio.errors import AudioRefused

SNIFF_BYTES = 4096
# First words of such texts, after white space, in lower case.
WORDS = (b"#extm3u", b"#ext-x-", b"#extinf", b"ffconcat", b"[playlist]", b"[reference]", b"v=0\r", b"v=0\n")
ADDRESSES = (b"rtsp://", b"http://", b"https://", b"file:")
ELEMENTS = (b"<mpd", b"<smil", b"<asx", b"<playlist", b"<smoothstreamingmedia")
ENCODINGS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
ID3_HEADER_BYTES = 10


def refuse_playlist(source: Path) -> None:
    """Raise AudioRefused("playlist_refused") for a text that names other files; no program has opened it."""
    head = first_bytes(source)
    for mark, encoding in ENCODINGS:
        if head.startswith(mark):
            head = head[len(mark) :].decode(encoding, "ignore").encode()
    text = head.lstrip().lower()
    described = text.startswith(b"<?xml") and any(element in text for element in ELEMENTS)
    if described or text.startswith(WORDS + ADDRESSES + ELEMENTS):
        raise playlist_refused()


def first_bytes(source: Path) -> bytes:
    """The first bytes after an ID3v2 tag, which ffmpeg skips before it guesses the format.

    The tag's size is four bytes of 7 bits (ID3v2.4.0 structure, section 3.1).
    """
    with source.open("rb") as file:
        head = file.read(SNIFF_BYTES)
        if not head.startswith(b"ID3") or len(head) < ID3_HEADER_BYTES:
            return head
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        file.seek(ID3_HEADER_BYTES + size)
        return file.read(SNIFF_BYTES)


def playlist_refused() -> AudioRefused:
    """The refusal of a file that points to other files."""
    return AudioRefused(
        code="playlist_refused",
        reason="This is a playlist that points to other files, not a sound file. Upload the sound itself.",
    )
