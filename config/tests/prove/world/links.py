"""Links that open what is not open."""

from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from config.lib.grants import seal_grant
from config.lib.testing import Api
from config.lib.viewer import Viewer
from config.tests.prove.world.base import Life, people, positions, switches
from config.tests.prove.world.doors import cards
from config.tests.prove.world.model import Name
from config.tests.prove.world.shelves import Link, Model, shown_in_playlists
from config.tests.prove.world.words import nth
from playlists.models import Playlist
from playlists.sharing import PLAYLIST
from social.choices import SpaceRole
from social.services import RoleTooLow
from tracks.models import Track
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import GRANT_LIFE, Found, ShareLinkAbsent, ShareLinkUsedUp
from tracks.sharing.services import Wish, delete_share_link, make_share_link, use_share_link

LINKS_MOST = 2  # of a life


class LinkRules(Life):
    """Links are handed out, opened and taken back; who opened one looks, after each step, at what it opens."""

    model: Model

    @rule(position=positions, of_track=switches, most=st.sampled_from([None, 1, 2]))
    def hand_out(self, position: int, of_track: bool, most: int | None) -> None:
        things: dict[int, Any] = self.model.pieces if of_track else self.model.shelves
        if not things or len(self.model.links) >= LINKS_MOST:
            return
        pk, thing = nth(things, position)
        if not self.acts(thing.owner):
            return
        kind, rows = (TRACK, Track) if of_track else (PLAYLIST, Playlist)
        row, at, wish = rows.objects.get(pk=pk), self.tick(), Wish(label="a link", max_uses=most)
        by, expected = self.users[thing.owner], self.unshareable(thing, rows)
        link = self.made(lambda: make_share_link(kind=kind, thing=row, by=by, wish=wish, at=at), expected=expected)
        if link:
            self.model.links[len(self.model.links)] = Link(Found(kind, link), of_track, pk, most)

    def walk_further(self, name: Name, client: Api) -> None:
        """The same through the doors, with what a link has answered."""
        super().walk_further(name, client)
        for link in self.model.links.values():
            if link.uses:
                key = seal_grant(link.found.grant, expires_at=timezone.now() + GRANT_LIFE)
                heard = self.model.hears(name, link)
                for number in self.model.pieces:
                    assert (cards(client, f"tracks/{number}/?grant={key}") is not None) == (number in heard)

    def unshareable(self, thing: Any, rows: Any) -> type[Exception] | None:
        """In a space its editors hand out links."""
        if getattr(thing, "in_studio", False):
            role = self.model.role(thing.owner)
            assert role is not None
            if not role.reaches(SpaceRole.EDITOR):
                return RoleTooLow
        return rows.DoesNotExist if thing.trashed else None

    @rule(position=positions, looker=st.none() | people)
    def open_a_link(self, position: int, looker: Name) -> None:
        if not self.model.links or not (looker is None or self.acts(looker)):
            return
        _, link = nth(self.model.links, position)
        used_up = link.most is not None and link.uses >= link.most
        opens = self.model.leads(link, looker) or self.opens_anyway(link, looker)
        expected: Any = None if opens else ShareLinkAbsent
        expected = ShareLinkAbsent if link.gone else ShareLinkUsedUp if used_up else expected
        viewer, at = self.viewer(looker), self.tick()
        if self.attempt(lambda: use_share_link(found=link.found, viewer=viewer, at=at), expected=expected):
            link.uses += 1

    def opens_anyway(self, link: Link, looker: Name) -> bool:
        """What is one's own, or in one's space, is open in spite of a block."""
        if link.is_of_track:
            return self.model.visible(looker, link.thing)
        return self.model.finds(looker, link.thing)

    @rule(position=positions)
    def take_back(self, position: int) -> None:
        if not self.model.links:
            return
        _, link = nth(self.model.links, position)
        thing: Any = self.model.pieces[link.thing] if link.is_of_track else self.model.shelves[link.thing]
        rows: Any = Track if link.is_of_track else Playlist
        if not self.acts(thing.owner):
            return
        row, by = rows.objects.get(pk=link.thing), self.users[thing.owner]
        expected = self.unshareable(thing, rows)
        if self.attempt(lambda: delete_share_link(found=link.found, thing=row, by=by), expected=expected):
            link.gone = True

    @invariant()
    def keys_open_what_they_may(self) -> None:
        """A key opens to everybody, were it passed on, what it leads to, and nothing else; once its link is gone,
        nothing."""
        bearer = (None, "stranger")[self.step % 2]
        for link in self.model.links.values():
            if link.uses:
                self.look_with(link, bearer)

    def look_with(self, link: Link, name: Name) -> None:
        viewer = Viewer(user=self.viewer(name).user, grant=link.found.grant)
        opened = list(Track.objects.visible_to(viewer).order_by("pk").values_list("pk", flat=True))
        assert opened == self.model.hears(name, link)
        found = list(Playlist.objects.visible_to(viewer).order_by("pk").values_list("pk", flat=True))
        assert found == [pk for pk in sorted(self.model.shelves) if self.model.finds(name, pk, link)]
        told = [text for (text,) in shown_in_playlists(viewer)]
        assert told == self.model.contents(name, link)
