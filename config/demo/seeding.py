"""Fills an installation through the same services that people use; what is there already is left alone."""

import mimetypes
from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core.files import File
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.queries import instance
from accounts.services import add_staff, register, verify_email
from accounts.services.profiles import update_profile
from config.demo.cast import ARTISTS, PASSWORD, PEOPLE, Person
from config.demo.catalogue import PIECES, Piece, write_piece
from tracks.choices import State
from tracks.models import Sound, Track
from tracks.services import upload_track


def missing_people() -> list[Person]:
    """Of the cast, those who have no account yet."""
    there = set(
        User.objects.filter(username__in=[person.username for person in PEOPLE]).values_list("username", flat=True)
    )
    return [person for person in PEOPLE if person.username not in there]


def missing_pieces() -> list[Piece]:
    """Of the catalogue, those that their artist has not uploaded yet."""
    there = set(Sound.objects.values_list("track__owner__username", "original_name"))
    return [piece for piece in PIECES if (piece.username, piece.filename) not in there]


def add_person(person: Person) -> User:
    """Register, confirm the address, fill in the profile: what somebody would do by hand."""
    at = timezone.now()
    if person.is_staff:
        user = add_staff(email=person.email, username=person.username, password=PASSWORD, at=at)
    else:
        register(
            email=person.email,
            username=person.username,
            password=PASSWORD,
            terms_version=instance().terms_version,
            at=at,
        )
        address = EmailAddress.objects.get(user__username=person.username)
        user = verify_email(key=EmailConfirmationHMAC(address).key, at=at)
    role = Role.ARTIST if person in ARTISTS else Role.LISTENER
    profile = {"display_name": person.display_name, "bio": person.bio, "city": person.city, "role": role}
    return update_profile(user=user, changes=profile)


def add_piece(piece: Piece) -> Track:
    """Render the piece and upload the file; title, artist, genre, tempo and cover come from its tags."""
    details = {
        "description": piece.description,
        "tags": list(piece.tags),
        "license": piece.license,
        "visibility": piece.visibility,
    }
    with TemporaryDirectory() as folder:
        path = write_piece(piece, folder=Path(folder))
        return upload_file(path, owner=User.objects.get(username=piece.username), details=details)


def audio_files(folder: Path) -> list[Path]:
    """The files of a folder that call themselves sound, in the order of their names."""
    return [path for path in sorted(folder.iterdir()) if (mimetypes.guess_type(path)[0] or "").startswith("audio/")]


def pair_with_artists(paths: list[Path]) -> Iterator[tuple[Path, User]]:
    """Whose each file becomes: the artists take turns. Files that are there already are left out."""
    artists = {user.username: user for user in User.objects.filter(username__in=[a.username for a in ARTISTS])}
    there = set(Sound.objects.filter(track__owner__in=artists.values()).values_list("original_name", flat=True))
    for path, artist in zip(paths, cycle(ARTISTS), strict=False):
        if path.name not in there:
            yield path, artists[artist.username]


def upload_file(path: Path, *, owner: User, details: Mapping[str, Any]) -> Track:
    """One file through the same door as everybody's."""
    with path.open("rb") as audio:
        return upload_track(owner=owner, audio=File(audio, name=path.name), details=details, at=timezone.now())


def still_working(tracks: list[Track]) -> list[Track]:
    """Of the tracks, those that a worker has not finished with."""
    return list(Track.objects.filter(pk__in=[track.pk for track in tracks], state__in=[State.QUEUED, State.PROCESSING]))
