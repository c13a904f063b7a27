"""Files that are sound to one reader and something else to another: what we serve is made anew, and is sound alone."""

import io
import zipfile

from tracks.tests.hostile.case import Hostile, Ready, Refused, encoded, fixed, samples, wav
from tracks.tests.hostile.tagged import frame, id3, mp3, text

MADE_ANEW = "what is served is our own encoding, with our own name and type"


def archive() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("../../evil.html", "<script>alert(1)</script>")
    return sink.getvalue()


PAGE = b"<html><script>alert(1)</script></html>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n"
GIF = b"GIF89a/*\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;*/=1;alert(1);"

CASES = [
    Hostile("page-then-mp3.mp3", lambda _: PAGE + mp3(), Ready(), MADE_ANEW),
    Hostile("mp3-then-page.mp3", lambda _: mp3() + PAGE, Ready(), MADE_ANEW),
    Hostile("page-in-tag.mp3", lambda _: id3(frame(b"TIT2", text(PAGE.decode()))) + mp3(), Ready(), MADE_ANEW),
    Hostile("mp3-then-zip.mp3", lambda _: mp3() + archive(), Ready(), MADE_ANEW),
    Hostile("zip.mp3", fixed(archive()), Refused("not_audio")),
    Hostile("pdf-then-mp3.mp3", lambda _: PDF + mp3(), Ready(), MADE_ANEW),
    Hostile("gif-then-mp3.mp3", lambda _: GIF + mp3(), Ready(), MADE_ANEW),
    Hostile("wav-then-page.wav", lambda _: wav(samples()) + PAGE, Ready(), MADE_ANEW),
    Hostile("script-in-wav.wav", lambda _: wav(PAGE * 2000), Ready(862), MADE_ANEW),
    Hostile("flac-after-id3.flac", lambda _: id3(frame(b"TIT2", text("x"))) + encoded("x.flac"), Ready(), MADE_ANEW),
    Hostile(
        "program.mp3",
        fixed(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(4000)),
        Refused("not_audio"),
    ),
    Hostile("shell.wav", fixed(b"#!/bin/sh\ntouch /tmp/owned\n"), Refused("not_audio")),
]
