"""Somebody of whom nothing is to be found, everything of theirs marked; somebody who looks; and people around them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

import social.services as social
from accounts.models import Invite, User
from config.lib.viewer import Viewer
from config.tests.privacy.world import NAME, furnish, mark_everything
from config.tests.sweep.deeds import PLAYED, WORDS, Deeds, invite, let_act
from engagement.models import Comment, Post
from playlists.models import Playlist
from playlists.sharing import PLAYLIST
from social.choices import MuteScope
from social.models import Space, SpaceInvitation
from tracks import services
from tracks.models import Sound, Track, Upload
from tracks.sharing import services as sharing
from tracks.sharing.kinds import Kind
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import Found

# Ids that stand nowhere by chance.
FAR = 7_310_000_000
OURS = ("accounts_", "social_", "engagement_", "playlists_", "tracks_")
SHORTEST = 6  # letters of a mark; two are in every answer
NOBODY, FORMER = "canarynobody", "-before"
SLUG, GENRE, TAG, SHOP = "canaryslug", "canarygenre", "canarytag", "https://canary.example/shop"
Pair = tuple[str, str]


@dataclass(frozen=True)
class World:
    """`marks`: the texts and ids by which the hidden is recognised. Pairs: what names the hidden, and what names
    nothing. `third` follows both, is followed by both, and owns the track `stage`; `tracks` are the hidden's, by what
    they are."""

    hidden: User
    viewer: User
    third: User
    tracks: dict[str, Track]
    stage: Track
    deeds: Deeds
    invitation: SpaceInvitation
    token: str
    marks: dict[str, str]
    named: dict[str, list[Pair]]
    asked: dict[str, list[Pair]]

    def found_in(self, text: str, *, but: frozenset[str] = frozenset()) -> list[str]:
        """The labels of the marks that stand in a text."""
        return [label for label, mark in self.marks.items() if label not in but and mark.lower() in text.lower()]

    def others_named(self, names: list[str]) -> Iterator[dict[str, str]]:
        """The same places for those who may see the hidden's side, and for oneself."""
        if set(names) <= {"user", "username"}:
            yield from (dict.fromkeys(names, person.username) for person in (self.third, self.viewer))
        if names == ["playlist"]:
            theirs = Playlist.objects.filter(owner__in=[self.third, self.viewer])
            yield from ({"playlist": str(playlist.pk)} for playlist in theirs)
        if names == ["username", "permalink"]:
            yield {"username": self.third.username, "permalink": PLAYED}


@contextmanager
def far_away() -> Iterator[None]:
    """Rows that are made in the block have ids that no other number looks like."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'S'")
        sequences = [name for (name,) in cursor.fetchall() if name.startswith(OURS)]
        before = {}
        for name in sequences:
            cursor.execute(f"SELECT nextval('{name}')")
            [before[name]] = cursor.fetchone()
            cursor.execute("SELECT setval(%s, %s)", [name, FAR + sum(name.encode()) * 1_000])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, last in before.items():
                cursor.execute("SELECT setval(%s, %s)", [name, last])


def build(make_user, make_track) -> World:
    """Everybody, before anything parts them."""
    viewer, third = make_user("viewer"), make_user("neighbour")
    stage, own = make_track(third, title="Another track"), make_track(viewer, title="A track of the viewer's")
    with far_away():
        hidden = make_user(NAME, role="artist")
        furnish(hidden, make_track=make_track)
        tracks, token = make_tracks(hidden, make_track=make_track)
        befriend(viewer, hidden, third)
        deeds = let_act(hidden, viewer, third, stage=stage, own=own, public=tracks["public"])
    marks = mark_everything(hidden) | ids_of(hidden)
    marks |= {"slug": SLUG, "tag": TAG, "genre": GENRE, "shop": SHOP, "words": WORDS}
    Post.objects.exclude(author__in=[viewer, hidden, third]).delete()  # others' words about the hidden are others'
    invitation = invite(hidden, viewer, space=deeds.space)  # not marked: it names either a person or an address
    hidden, tracks = User.objects.get(pk=hidden.pk), {what: refreshed(track) for what, track in tracks.items()}
    marks = {label: mark for label, mark in marks.items() if len(mark) >= SHORTEST}
    return World(
        hidden,
        viewer,
        third,
        tracks,
        stage,
        deeds,
        invitation,
        token,
        marks,
        named=names_of(hidden),
        asked=questions_about(hidden, token=token, grants=grants_to(hidden, tracks["private"])),
    )


def refreshed(track: Track) -> Track:
    return Track.objects.get(pk=track.pk)


def make_tracks(hidden: User, *, make_track) -> tuple[dict[str, Track], str]:
    """One in every state, with everything that can be written; and the secret token of the private one."""
    details = {"genre": GENRE, "tags": [TAG], "purchase_url": SHOP, "downloadable": True, "artist": "x"}
    details |= {"credits": [{"name": "x", "role": "x"}], "description": "x"}
    made = {
        what: make_track(
            hidden, title="x", permalink=f"{SLUG}-{what}", visibility="public" if what == "trashed" else what, **details
        )
        for what in ("public", "unlisted", "private", "trashed")
    }
    at = timezone.now()
    services.trash_track(track=made["trashed"], at=at)
    return made, str(services.make_secret_token(track=made["private"], at=at).secret_token)


def grants_to(hidden: User, track: Track) -> list[str]:
    """What somebody got who opened links to them while they could: to a private track, to a playlist with another."""
    playlist = Playlist.objects.filter(owner=hidden, items__track__visibility="private").first()
    return [grant_to(TRACK, track), grant_to(PLAYLIST, playlist)]


def grant_to(kind: Kind, thing: Any) -> str:
    """What opening a link to a thing answers."""
    wish, at = sharing.Wish(label="x"), timezone.now()
    link = sharing.make_share_link(kind=kind, thing=thing, by=thing.owner, wish=wish, at=at)
    return sharing.use_share_link(found=Found(kind, link), viewer=Viewer(user=AnonymousUser()), at=at).grant


def befriend(viewer: User, hidden: User, third: User) -> None:
    """Everybody follows everybody, and the two who will be parted mute each other's reposts."""
    at = timezone.now()
    for one in (viewer, hidden, third):
        for other in {viewer, hidden, third} - {one}:
            social.follow_user(follower=one, followed=other, at=at)
    social.mute_user(muter=viewer, muted=hidden, scope=MuteScope.REPOSTS, at=at)
    social.mute_user(muter=hidden, muted=viewer, scope=MuteScope.REPOSTS, at=at)


def ids_of(hidden: User) -> dict[str, str]:
    """The ids by which what is the hidden's could be told."""
    rows = {
        "user": [hidden.pk],
        "track": Track.objects.filter(owner=hidden).values_list("pk", flat=True),
        "sound": Sound.objects.filter(track__owner=hidden).values_list("pk", flat=True),
        "upload": Upload.objects.filter(owner=hidden).values_list("pk", flat=True),
        "comment": Comment.objects.filter(author=hidden).values_list("pk", flat=True),
        "post": Post.objects.filter(author=hidden).values_list("pk", flat=True),
        "playlist": Playlist.objects.filter(owner=hidden).values_list("pk", flat=True),
        "space": Space.objects.filter(owner=hidden).values_list("pk", flat=True),
        "invite": Invite.objects.filter(made_by=hidden).values_list("pk", flat=True),
    }
    return {f"id of {kind} {pk}": str(pk) for kind, found in rows.items() for pk in found}


def names_of(hidden: User) -> dict[str, list[Pair]]:
    """Parameters of paths: every name of the hidden and of what is theirs, beside one of nothing."""
    people = [(NAME, NOBODY), (NAME.upper(), NOBODY.upper()), (NAME + FORMER, NOBODY + FORMER)]
    ids = [(str(hidden.pk), str(hidden.pk + 500)), (f"0{hidden.pk}", f"0{hidden.pk + 500}")]
    slugs = [
        slug
        for rows in (Track, Playlist)
        for slug in rows.objects.filter(owner=hidden).values_list("permalink", flat=True)
    ]
    return {
        "user": people + ids,
        "username": people,
        "permalink": [(slug, f"nothing-{n}") for n, slug in enumerate(slugs)],
        "track": beside(Track.objects.filter(owner=hidden)),
        "playlist": beside(Playlist.objects.filter(owner=hidden)),
        "upload": beside(Upload.objects.filter(owner=hidden)),
        "id": beside(Comment.objects.filter(author=hidden)),  # as comments are called in their paths
        "post": beside(Post.objects.filter(author=hidden)),
        **dict.fromkeys(("space", "space_id"), beside(Space.objects.filter(owner=hidden))),
    }


def beside(rows: Any) -> list[Pair]:
    """The id of each row, and one of nothing."""
    return [(str(pk), str(pk + 500)) for pk in rows.order_by("pk").values_list("pk", flat=True)]


def together(pairs: list[Pair]) -> Pair:
    """All of them in one list."""
    return ",".join(one for one, _ in pairs), ",".join(other for _, other in pairs)


def questions_about(hidden: User, *, token: str, grants: list[str]) -> dict[str, list[Pair]]:
    """Words of queries: what could be asked to find the hidden, beside a word that finds nothing."""
    names = names_of(hidden)
    return {
        "user": names["user"],
        "ids": [together(names["track"]), together(names["playlist"])],
        "tracks": [together(names["track"])],
        "playlists": [together(names["playlist"])],
        "users": [together(names["user"][-2:-1])],
        "comments": [together(names["id"])],
        "posts": [together(names["post"])],
        "genre": [(GENRE, "nogenre"), (quote(hidden.genres[0]), "nogenre")],
        "tag": [(TAG, "notag")],
        "city": [(quote(hidden.city), "Nowhere")],
        "secret_token": [(token, "x" * len(token))],
        "grant": [(grant, f"x{grant}") for grant in grants],
    }
