"""What feeds show, by the names of their kinds: the rows that somebody may be shown, and their cards."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.cards import USER_CARD_COLUMNS, user_card
from accounts.models import User
from accounts.querysets import seen_by
from config.lib.kept import kept_rows_among
from config.lib.viewer import Viewer
from engagement.models import Post
from engagement.posts.cards import post_card
from playlists.cards import playlist_card
from playlists.models import Playlist
from social.choices import Kind, MuteScope
from social.models import Mute
from tracks.cards import track_card
from tracks.models import Track

Cards = dict[int, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Things:
    """`owner` leads to whose they are."""

    model: Any
    owner: str
    card: Callable[[dict[str, Any]], dict[str, Any]]
    columns: Callable[[Any, Viewer], Any] = lambda rows, viewer: rows.for_card()

    def shown_to(self, viewer: Viewer) -> Any:
        """What the viewer may see and lists show, but for what is of people whom they mute."""
        muted = Mute.objects.filter(
            muter_id=viewer.user_id, scope=MuteScope.EVERYTHING, muted_id=OuterRef(f"{self.owner}_id")
        )
        return self.model.objects.visible_to(viewer).listed().filter(~Exists(muted))


# Another kind of thing is an entry here.
THINGS: Mapping[str, Things] = {
    Kind.TRACK: Things(model=Track, owner="owner", card=track_card),
    Kind.PLAYLIST: Things(model=Playlist, owner="owner", card=playlist_card),
    Kind.POST: Things(model=Post, owner="author", card=post_card, columns=lambda rows, viewer: rows.for_card(viewer)),
}


def things_cards(kind: str, ids: Collection[int], *, viewer: Viewer) -> Cards:
    """The cards of those things of a kind that the viewer is shown, by id. One query."""
    card = THINGS[kind].card
    return {row["id"]: card(row) for row in kept_rows_among(rows_of_things, viewer, ids, shape=(kind,))}


def rows_of_things(viewer: Viewer, *asked: Any) -> Any:
    """What those cards are made of."""
    *ids, kind = asked
    things = THINGS[kind]
    return things.columns(things.shown_to(viewer).filter(pk__in=ids), viewer)


def people_cards(ids: Collection[int], *, viewer: Viewer) -> Cards:
    """The cards of those people whom the viewer may see, by id. One query."""
    return {row["id"]: user_card(row) for row in kept_rows_among(rows_of_people, viewer, ids)}


def rows_of_people(viewer: Viewer, *ids: int) -> Any:
    """What those cards are made of."""
    return User.objects.get_queryset().filter(seen_by(viewer), pk__in=ids).values(*USER_CARD_COLUMNS)
