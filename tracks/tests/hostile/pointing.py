"""Files under audio names that name others: a neighbour's, the machine's, or an address."""

from collections.abc import Callable

from tracks.tests.hostile.case import Aims, Hostile, Ready, Refused, encoded

PLAYLIST, NOT_AUDIO = Refused("playlist_refused"), Refused("not_audio")


def text(template: str, *, encoding: str = "utf-8", before: bytes = b"", after: bytes = b"") -> Callable[[Aims], bytes]:
    """The maker of a text with {path}, {relative} and {url} filled in."""

    def make(aims: Aims) -> bytes:
        filled = template.format(path=aims.neighbour, relative=aims.relative, url=aims.url)
        return before + filled.encode(encoding) + after

    return make


def hls(target: str) -> str:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n"


DASH = """<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
    mediaPresentationDuration="PT9S"><Period>
<AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="9"><BaseURL>{url}/dash</BaseURL>
</Representation></AdaptationSet></Period></MPD>"""
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n"
# The tag of 10 bytes and 10 of padding that players put before a stream.
EMPTY_ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)
SMIL = '<smil><body><audio src="{url}/smil"/></body></smil>'
ASX = '<ASX version="3.0"><Entry><Ref href="{url}/asx"/></Entry></ASX>'
XSPF = '<?xml version="1.0"?><playlist version="1"><trackList><track><location>{url}</location></track></trackList>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/svg"/></svg>'

CASES = [
    Hostile("hls-file-url.mp3", text(hls("file://{path}")), PLAYLIST),
    Hostile("hls-absolute.m4a", text(hls("{path}")), PLAYLIST),
    Hostile("hls-relative.wav", text(hls("{relative}")), PLAYLIST),
    Hostile("hls-http.mp3", text(hls("{url}/segment.ts")), PLAYLIST),
    Hostile("hls-key.aac", text(hls('x\n#EXT-X-KEY:METHOD=AES-128,URI="{url}/key"')), PLAYLIST),
    Hostile("hls-utf16.mp3", text(hls("{path}"), encoding="utf-16"), PLAYLIST),
    Hostile("hls-after-spaces.mp3", text("\n\n   " + hls("{path}")), PLAYLIST),
    Hostile("hls-after-mark.mp3", text(hls("{path}"), encoding="utf-8-sig"), PLAYLIST),
    Hostile("hls-after-id3.mp3", text(hls("{path}"), before=EMPTY_ID3), PLAYLIST),
    Hostile("hls-after-two-id3.mp3", text(hls("{path}"), before=EMPTY_ID3 * 2), NOT_AUDIO),
    Hostile("hls-after-junk.mp3", text(hls("{path}"), before=b"\x00" * 512), NOT_AUDIO),
    Hostile("hls-subfile.mp3", text(hls("subfile,,start,0,end,9999,,:{path}")), PLAYLIST),
    Hostile("hls-concat-url.mp3", text(hls("concat:{path}|{path}")), PLAYLIST),
    Hostile("m3u.mp3", text("{path}\n{url}/m3u\n"), NOT_AUDIO),
    Hostile("m3u-url.mp3", text("{url}/m3u\n"), PLAYLIST),
    Hostile("pls.mp3", text("[playlist]\nFile1={url}/pls\nNumberOfEntries=1\n"), PLAYLIST),
    Hostile("concat.flac", text("ffconcat version 1.0\nfile '{relative}'\n"), PLAYLIST),
    Hostile("concat-bare.flac", text("file '{path}'\nfile '{path}'\n"), NOT_AUDIO),
    Hostile("dash.m4a", text(DASH), PLAYLIST),
    Hostile("session.wav", text(SDP), PLAYLIST),
    Hostile("smil.wma", text(SMIL), PLAYLIST),
    Hostile("asx.wma", text(ASX), PLAYLIST),
    Hostile("asf-reference.wma", text("[Reference]\r\nRef1={url}/asf\r\n"), PLAYLIST),
    Hostile("xspf.ogg", text(XSPF), PLAYLIST),
    Hostile("subtitles.mp3", text("1\n00:00:00,000 --> 00:00:10,000\n<img src='{url}/srt'>\n"), NOT_AUDIO),
    Hostile("cue.flac", text('FILE "{path}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n'), NOT_AUDIO),
    Hostile("metadata.mp3", text(";FFMETADATA1\ntitle={path}\n"), NOT_AUDIO),
    Hostile("picture.mp3", text(SVG), NOT_AUDIO),
    Hostile("url.mp3", text("{url}/plain"), PLAYLIST),
    Hostile("file-url.mp3", text("file://{path}"), PLAYLIST),
    Hostile("page.wav", text('<html><audio src="{url}/page"></audio></html>'), NOT_AUDIO),
    Hostile(
        "mp3-then-hls.mp3",
        lambda aims: encoded("x.mp3") + text(hls("{path}"))(aims),
        Ready(),
        why="what follows the last frame is not sound, and nothing reads it as anything else",
    ),
]
