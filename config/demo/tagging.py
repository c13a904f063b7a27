"""Title, artist, album, genre, date, tempo, key and cover in the language of each container."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, COMM, TALB, TBPM, TCON, TDRC, TIT2, TKEY, TPE1, Encoding, PictureType
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Cover
from mutagen.wave import WAVE

from config.demo.encoding import FileFormat

# mutagen's constructors carry no types; under these names they are called as returning Any.
_OPENED: Mapping[FileFormat, Callable[[Path], Any]] = {
    FileFormat.WAV: WAVE,
    FileFormat.MP3: MP3,
    FileFormat.FLAC: FLAC,
    FileFormat.M4A: MP4,
}
_comment_frame: Callable[..., Any] = COMM
_picture_frame: Callable[..., Any] = APIC
_flac_picture: Callable[[], Any] = Picture
_mp4_cover: Callable[..., Any] = MP4Cover


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says about itself. `date` is ISO 8601, `cover` a JPEG."""

    title: str
    artist: str
    album: str
    genre: str
    date: str
    bpm: int
    key: str
    comment: str
    cover: bytes


def write_tags(path: Path, tags: Tags, *, file_format: FileFormat) -> None:
    """Write the tags into the file; raises mutagen.MutagenError where it is not of that format."""
    file = _OPENED[file_format](path)
    fillers = {FileFormat.FLAC: _fill_flac, FileFormat.M4A: _fill_m4a}
    fillers.get(file_format, _fill_id3)(file, tags)
    file.save()


def _fill_id3(file: Any, tags: Tags) -> None:
    file.add_tags()
    for frame, value in (
        *((TIT2, tags.title), (TPE1, tags.artist), (TALB, tags.album), (TCON, tags.genre)),
        *((TDRC, tags.date), (TBPM, str(tags.bpm)), (TKEY, tags.key)),
    ):
        file.tags.add(frame(encoding=Encoding.UTF8, text=[value]))
    file.tags.add(_comment_frame(encoding=Encoding.UTF8, lang="eng", desc="", text=[tags.comment]))
    front = {"type": PictureType.COVER_FRONT, "mime": "image/jpeg", "desc": ""}
    file.tags.add(_picture_frame(encoding=Encoding.UTF8, data=tags.cover, **front))


def _fill_flac(file: Any, tags: Tags) -> None:
    file.update(title=tags.title, artist=tags.artist, album=tags.album, genre=tags.genre)
    file.update(date=tags.date, bpm=str(tags.bpm), initialkey=tags.key, description=tags.comment)
    picture = _flac_picture()
    picture.type, picture.mime, picture.data = PictureType.COVER_FRONT, "image/jpeg", tags.cover
    file.add_picture(picture)


def _fill_m4a(file: Any, tags: Tags) -> None:
    file.update({"©nam": [tags.title], "©ART": [tags.artist], "©alb": [tags.album], "©gen": [tags.genre]})
    file.update({"©day": [tags.date], "tmpo": [tags.bpm], "©cmt": [tags.comment]})
    file["covr"] = [_mp4_cover(tags.cover, imageformat=MP4Cover.FORMAT_JPEG)]
