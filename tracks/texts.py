"""What is made of the text that people type: addresses, file names, codes."""
# ruff: noqa: RUF001 -- letters that look like others are what this file is about

import re
import unicodedata
from pathlib import PureWindowsPath

from django.utils.text import slugify

from config.lib.texts import plain
from tracks.audio.tags import clean_text

# Letters that Unicode does not take apart into one of a-z and an accent, each with what it becomes in an address.
# Greek after ISO 843, Cyrillic after BGN/PCGN, both simplified.
SPELLINGS = (
    "ß=ss æ=ae œ=oe ø=o ł=l đ=d ð=d þ=th ı=i ŋ=ng ħ=h ŧ=t "
    "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o "
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch "
    "ы=y э=e ю=yu я=ya є=ye і=i ґ=g ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz ѕ=dz"
)
LETTERS = str.maketrans(dict(pair.split("=") for pair in SPELLINGS.split()))
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}\Z")


def name_as_sent(sent: str) -> str:
    """What is kept of the name of a file that somebody sends: a path's last part, whichever way its slashes lean."""
    return clean_text(PureWindowsPath(sent).name, characters=255)


def file_name(text: str, *, suffix: str) -> str:
    """`text` as the name of a file that every file system takes, in 200 bytes and the suffix."""
    visible = "".join(char for char in plain(text) if unicodedata.category(char)[0] != "C")
    stem = NOT_IN_NAMES.sub("_", visible).encode()[:200].decode(errors="ignore").strip(" .")
    return f"{stem or 'track'}{suffix}"


def slug(text: str) -> str:
    """`text` in a-z, 0-9, - and _: Latin, Greek and Cyrillic letters by their sound; "" if it has none of them."""
    return slugify(unicodedata.normalize("NFKD", text.lower()).translate(LETTERS))


def isrc(text: str) -> str:
    """An International Standard Recording Code (ISO 3901) without its hyphens; "" if `text` is none."""
    code = text.replace("-", "").upper()
    return code if ISRC.match(code) else ""
