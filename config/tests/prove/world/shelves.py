"""Playlists: who opens them, what is shown of what is in them; and what a link to a thing opens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import rule

import playlists.services as playlists
from config.lib.testing import Api
from config.lib.viewer import Viewer
from config.tests.prove.world.base import Life, joined, people, positions, switches
from config.tests.prove.world.doors import cards, ids
from config.tests.prove.world.model import Name
from config.tests.prove.world.words import Talk, nth
from playlists.models import Playlist, PlaylistCounts, PlaylistItem
from tracks.choices import Visibility
from tracks.models import Track
from tracks.sharing.queries import Found

SHELVES_MOST = 2  # of a life
visibilities = st.sampled_from(Visibility.values)


@dataclass
class Shelf:
    """A playlist: what is in it, in its order."""

    owner: str
    visibility: str
    pieces: list[int] = field(default_factory=list)
    trashed: bool = False


@dataclass
class Link:
    """What leads to a track or a playlist, whatever its visibility, while it is there; opened as often as it may."""

    found: Found
    is_of_track: bool
    thing: int
    most: int | None
    uses: int = 0
    gone: bool = False


@dataclass
class Model(Talk):
    """Everything. A link that was opened is a key for whoever opened it: here for nobody in particular, and for all."""

    shelves: dict[int, Shelf] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)

    def owner_of(self, link: Link) -> str:
        return self.pieces[link.thing].owner if link.is_of_track else self.shelves[link.thing].owner

    def leads(self, link: Link, viewer: Name) -> bool:
        """Whether a link opens anything to the viewer."""
        thing: Any = self.pieces[link.thing] if link.is_of_track else self.shelves[link.thing]
        return not link.gone and not thing.trashed and self.meets(viewer, thing.owner)

    def unlocked(self, viewer: Name, number: int, link: Link) -> bool:
        """Whether the link opens the track: itself, or a playlist that it is in and whose owner's it is."""
        piece = self.pieces[number]
        if not self.leads(link, viewer) or piece.trashed:
            return False
        if link.is_of_track:
            return link.thing == number
        shelf = self.shelves[link.thing]
        return number in shelf.pieces and piece.owner == shelf.owner and not piece.in_studio

    def hears(self, viewer: Name, link: Link | None = None) -> list[int]:
        """The tracks that are open to the viewer, who may have opened a link."""
        return [
            number
            for number in sorted(self.pieces)
            if self.visible(viewer, number) or (link and self.unlocked(viewer, number, link))
        ]

    def finds(self, viewer: Name, pk: int, link: Link | None = None) -> bool:
        """Whether a playlist is open to the viewer."""
        shelf = self.shelves[pk]
        if shelf.trashed or not self.people[shelf.owner].stands:
            return False
        if viewer == shelf.owner:
            return True
        key = link is not None and not link.is_of_track and link.thing == pk and not link.gone
        opened = shelf.visibility in {"public", "unlisted"} or key
        return opened and not self.parted(viewer, shelf.owner)

    def contents(self, viewer: Name, link: Link | None = None) -> list[str]:
        """`playlist/track` of all that is shown of what is in open playlists."""
        heard = self.hears(viewer, link)
        return [
            f"{pk}/{number}"
            for pk, shelf in sorted(self.shelves.items())
            if self.finds(viewer, pk, link)
            for number in shelf.pieces
            if number in heard and (self.shows(viewer, number) or self.brings_along(viewer, pk, number, link))
        ]

    def shows(self, viewer: Name, number: int) -> bool:
        """Whether a list that is not one's own may show the track."""
        piece = self.pieces[number]
        shared = piece.in_studio and viewer in self.studio
        return self.is_listed(number) or piece.owner == viewer or shared

    def brings_along(self, viewer: Name, pk: int, number: int, link: Link | None) -> bool:
        keyed = link is not None and not link.is_of_track and link.thing == pk
        return keyed and link is not None and self.unlocked(viewer, number, link)

    def counts(self, person: str) -> tuple[int, int, int, int]:
        """(followers, followings, tracks, playlists) on a profile."""
        listed = [shelf for shelf in self.shelves.values() if shelf.visibility == "public" and not shelf.trashed]
        return *super().counts(person), sum(shelf.owner == person for shelf in listed)

    def content(self, pk: int) -> str:
        """`playlist/tracks` as lists count them."""
        return f"{pk}/{sum(self.is_listed(number) for number in self.shelves[pk].pieces)}"


class ShelfRules(Life):
    """Making, filling, showing, throwing away and bringing back."""

    model: Model

    @rule(name=people, visibility=visibilities)
    def make_a_playlist(self, name: str, visibility: str) -> None:
        if self.acts(name) and len(self.model.shelves) < SHELVES_MOST:
            details = {"title": f"Step {self.step}", "visibility": visibility}
            made = playlists.create_playlist(owner=self.users[name], details=details, at=self.tick())
            self.model.shelves[made.pk] = Shelf(name, visibility)

    @rule(position=positions, visibility=visibilities)
    def show_a_playlist(self, position: int, visibility: str) -> None:
        for playlist, shelf, by in self.shelf_at(position):
            at, changes = self.tick(), {"visibility": visibility}
            if self.attempt(
                lambda: playlists.update_playlist(playlist=playlist, changes=changes, by=by, at=at),  # noqa: B023 -- called at once
                expected=Playlist.DoesNotExist if shelf.trashed else None,
            ):
                shelf.visibility = visibility

    @rule(position=positions, track=positions)
    def fill_a_playlist(self, position: int, track: int) -> None:
        for playlist, shelf, by in self.shelf_at(position):
            number, at = self.chosen(track)[0], self.tick()
            expected: Any = playlists.TrackInPlaylist if number in shelf.pieces else None
            expected = expected if self.model.visible(shelf.owner, number) else Track.DoesNotExist
            expected = Playlist.DoesNotExist if shelf.trashed else expected
            what = {"playlist": playlist, "track_id": number, "position": None, "by": by, "at": at}
            if self.attempt(lambda: playlists.add_track(**what), expected=expected):  # noqa: B023 -- called at once
                shelf.pieces.append(number)

    @rule(position=positions, track=positions)
    def empty_a_playlist(self, position: int, track: int) -> None:
        for playlist, shelf, by in self.shelf_at(position):
            number, at = self.chosen(track)[0], self.tick()
            expected: Any = None if number in shelf.pieces else PlaylistItem.DoesNotExist
            expected = Playlist.DoesNotExist if shelf.trashed else expected
            what = {"playlist": playlist, "track_id": number, "by": by, "at": at}
            if self.attempt(lambda: playlists.remove_track(**what), expected=expected):  # noqa: B023 -- called at once
                shelf.pieces.remove(number)

    @rule(position=positions, back=switches)
    def throw_a_playlist_away(self, position: int, back: bool) -> None:
        """Or bring it back."""
        for playlist, shelf, by in self.shelf_at(position):
            if back:
                playlists.restore_playlist(playlist=playlist, by=by)
            else:
                playlists.trash_playlist(playlist=playlist, by=by, at=self.tick())
            shelf.trashed = not back

    def shelf_at(self, position: int) -> Iterator[tuple[Playlist, Shelf, Any]]:
        """One of the playlists with its owner, if there is one, and they can act."""
        if self.model.shelves:
            pk, shelf = nth(self.model.shelves, position)
            if self.acts(shelf.owner):
                yield Playlist.objects.get(pk=pk), shelf, self.users[shelf.owner]

    def walk_further(self, name: Name, client: Api) -> None:
        super().walk_further(name, client)
        model = self.model
        open_ones = {pk for pk in model.shelves if model.finds(name, pk)}
        listed = {pk for pk in open_ones if model.shelves[pk].visibility == "public"}
        assert set(ids(client, "playlists/") or ()) == listed
        for pk, shelf in model.shelves.items():
            assert (cards(client, f"playlists/{pk}/") is not None) == (pk in open_ones)
            edits = name == shelf.owner
            shown = [number for number in shelf.pieces if model.visible(name, number)]
            shown = [number for number in shown if edits or model.shows(name, number)]
            assert ids(client, f"playlists/{pk}/tracks/") == (shown if pk in open_ones else None)

    def settle(self, name: str) -> None:
        super().settle(name)
        for number, piece in self.model.pieces.items():
            if piece.owner == name:
                self.settle_piece(number)

    def settle_piece(self, number: int) -> None:
        super().settle_piece(number)
        playlists.settle_track(track_id=number)

    def questions(self) -> Iterator[tuple[str, QuerySet]]:
        yield from super().questions()
        numbers = PlaylistCounts.objects.order_by("pk")
        yield "numbers of playlists", numbers.values_list(joined("playlist_id", "tracks"))
        for name in self.lookers:
            viewer = self.viewer(name)
            yield f"{name}: playlists", Playlist.objects.visible_to(viewer).order_by("pk").values_list("pk")
            yield f"{name}: in playlists", shown_in_playlists(viewer)

    def expected(self) -> dict[str, list]:
        model = self.model
        found = super().expected() | {"numbers of playlists": [model.content(pk) for pk in sorted(model.shelves)]}
        for name in self.lookers:
            found[f"{name}: playlists"] = [pk for pk in sorted(model.shelves) if model.finds(name, pk)]
            found[f"{name}: in playlists"] = model.contents(name)
        return found


def shown_in_playlists(viewer: Viewer) -> QuerySet:
    """`playlist/track` of what the viewer is shown of what is in playlists that they open."""
    opened = Playlist.objects.visible_to(viewer).values("pk")
    items = PlaylistItem.objects.visible_to(viewer).shown_to(viewer).filter(playlist__in=opened)
    return items.order_by("playlist_id", "rank").values_list(joined("playlist_id", "track_id"))
