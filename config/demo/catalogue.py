"""The pieces of the demo with all that is said about them, and how one becomes a tagged file."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.demo import cast
from config.demo.artwork import cover_jpeg
from config.demo.encoding import FileFormat, write_sound
from config.demo.music import mastering
from config.demo.music.performance import perform
from config.demo.music.pieces import ARRANGEMENTS
from config.demo.tagging import Tags, write_tags


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of music. `score` names its arrangement.

    `visibility` and `license` are values of the choices of the same name in `tracks`.
    """

    score: str
    artist: cast.Person
    title: str
    album: str
    description: str
    genre: str
    tags: tuple[str, ...]
    bpm: int
    key: str
    license: str
    released: date
    file_format: FileFormat
    visibility: str = "public"

    @property
    def username(self) -> str:
        """Who uploads it."""
        return self.artist.username

    @property
    def filename(self) -> str:
        """The name that the artist would have given the file."""
        return f"{self.score.replace('_', '-')}.{self.file_format}"


def piece_cover(piece: Piece) -> bytes:
    """The cover as a JPEG of 1400 by 1400 pixels."""
    return cover_jpeg(artist=piece.artist, title=piece.title, seed=ARRANGEMENTS[piece.score].seed)


def write_piece(piece: Piece, *, folder: Path) -> Path:
    """Render, encode and tag the piece into `folder`, which exists; answers the file's path.

    About two seconds of one core. Raises AudioRetryable when no ffmpeg is to be had (WAV needs none).
    """
    arrangement = ARRANGEMENTS[piece.score]
    path = folder / piece.filename
    pcm16 = mastering.as_pcm16(perform(arrangement).samples, seed=arrangement.seed)
    write_sound(pcm16, path, file_format=piece.file_format)
    write_tags(path, _tags(piece), file_format=piece.file_format)
    return path


def _tags(piece: Piece) -> Tags:
    return Tags(
        title=piece.title,
        artist=piece.artist.display_name,
        album=piece.album,
        genre=piece.genre,
        date=piece.released.isoformat(),
        bpm=piece.bpm,
        key=piece.key,
        comment=piece.description,
        cover=piece_cover(piece),
    )


PIECES = (
    Piece(
        score="harbour",
        artist=cast.MARA,
        title="Harbour Before Light",
        album="Windows Facing North",
        description="Four in the morning, no boats out yet. Pads, a harp, bells, and the sea keeping time.",
        genre="Ambient",
        tags=("ambient", "drone", "sea", "slow"),
        bpm=66,
        key="D",
        license="cc-by",
        released=date(2026, 2, 6),
        file_format=FileFormat.FLAC,
    ),
    Piece(
        score="waltz",
        artist=cast.MARA,
        title="Waltz for an Empty Platform",
        album="Windows Facing North",
        description="The last train has gone, so there is room to dance. Guitar, mandolin, plucked bass.",
        genre="Folk",
        tags=("waltz", "acoustic", "guitar", "mandolin"),
        bpm=140,
        key="Am",
        license="cc-by-sa",
        released=date(2026, 2, 20),
        file_format=FileFormat.WAV,
    ),
    Piece(
        score="chorale",
        artist=cast.MARA,
        title="Chorale for Four Horns",
        album="Windows Facing North",
        description="A hymn without words, a solo in the minor, and kettledrums for the way home.",
        genre="Classical",
        tags=("brass", "chorale", "hymn"),
        bpm=76,
        key="F",
        license="cc-by",
        released=date(2026, 3, 13),
        file_format=FileFormat.M4A,
    ),
    Piece(
        score="kitchen",
        artist=cast.MARA,
        title="Kitchen Sketch",
        album="Unfinished",
        description="Felt piano, one take, the kettle edited out. Not done yet.",
        genre="Neoclassical",
        tags=("piano", "sketch"),
        bpm=72,
        key="D",
        license="all-rights-reserved",
        released=date(2026, 9, 4),
        file_format=FileFormat.MP3,
        visibility="private",
    ),
    Piece(
        score="glasshouse",
        artist=cast.OKTO,
        title="Glasshouse",
        album="Four Walls",
        description="Steam on the panes, stabs off the beat. A house track that means it literally.",
        genre="House",
        tags=("house", "four-on-the-floor", "club"),
        bpm=122,
        key="Fm",
        license="cc-by-nc",
        released=date(2026, 4, 3),
        file_format=FileFormat.MP3,
    ),
    Piece(
        score="ring_road",
        artist=cast.OKTO,
        title="Ring Road, Two a.m.",
        album="Four Walls",
        description="All lights green, nobody behind you. Sixteenths in the bass and a lead that sings.",
        genre="Synthwave",
        tags=("synthwave", "night", "drive", "retro"),
        bpm=108,
        key="Am",
        license="cc-by",
        released=date(2026, 5, 15),
        file_format=FileFormat.FLAC,
    ),
    Piece(
        score="windows",
        artist=cast.OKTO,
        title="Sixteen Windows",
        album="Studies",
        description="One cell of twelve notes, two marimbas, a little further out of step in every section.",
        genre="Minimal",
        tags=("minimalism", "marimba", "phasing"),
        bpm=126,
        key="Em",
        license="cc0",
        released=date(2026, 6, 12),
        file_format=FileFormat.M4A,
        visibility="unlisted",
    ),
    Piece(
        score="tea",
        artist=cast.JUNO,
        title="Tea Going Cold",
        album="Cut Paper",
        description="Ninth chords and a dusty kit for an afternoon on which nothing needs to happen.",
        genre="Lo-fi",
        tags=("lo-fi", "hip-hop", "beats", "study"),
        bpm=84,
        key="C",
        license="cc-by",
        released=date(2026, 3, 27),
        file_format=FileFormat.MP3,
    ),
    Piece(
        score="kites",
        artist=cast.JUNO,
        title="Paper Kites",
        album="Cut Paper",
        description="A chopped break at 168, chords that change every other bar, a long line on top.",
        genre="Drum and Bass",
        tags=("breakbeat", "drum-and-bass", "jungle"),
        bpm=168,
        key="Dm",
        license="cc-by-nc-sa",
        released=date(2026, 7, 10),
        file_format=FileFormat.FLAC,
    ),
    Piece(
        score="dub",
        artist=cast.JUNO,
        title="Slow Tide Dub",
        album="Cut Paper",
        description="One drop on the three, a melodica, and a tape echo that takes over in the middle.",
        genre="Dub",
        tags=("dub", "reggae", "bass", "echo"),
        bpm=74,
        key="Am",
        license="cc-by-sa",
        released=date(2026, 8, 21),
        file_format=FileFormat.WAV,
    ),
)
