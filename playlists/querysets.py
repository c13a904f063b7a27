from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from accounts.cards import USER_CARD_COLUMNS
from accounts.querysets import in_good_standing, unblocked
from config.lib.pictures.cards import picture_columns
from config.lib.viewer import Viewer
from social.choices import SpaceRole, roles_from
from social.models import SpaceMember
from social.querysets.spaces import NO_ROLE
from tracks.models import Track
from tracks.querysets import PUBLIC, UNLISTED
from tracks.sharing.kinds import led_to

if TYPE_CHECKING:
    from playlists.models import Playlist, PlaylistItem  # noqa: F401 -- named in strings below

# What a card says just as the row does.
COPIED = (
    "type",
    "title",
    "permalink",
    "description",
    "genre",
    "tags",
    "visibility",
    "release_date",
    "created_at",
    "updated_at",
    "published_at",
)
COUNTED = ("tracks", "duration_ms", "likes", "reposts")
CARD_COLUMNS = (
    *COPIED,
    "id",
    *picture_columns("artwork__"),
    *picture_columns("cover__"),
    *(f"counts__{name}" for name in COUNTED),
    *(f"owner__{name}" for name in USER_CARD_COLUMNS),
    "space_id",
    "space__name",
    "space__name_public",
)
# Whose the track is, the playlist is too: a person's, or a space's.
OF_ONE_OWNER = Q(playlist__space__isnull=True, track__space__isnull=True, track__owner=F("playlist__owner")) | Q(
    track__space=F("playlist__space")
)
EDITORS = roles_from(SpaceRole.EDITOR)
# What grants of links to playlists call their kind.
SHARED_AS = "playlist"


def own_trash(viewer: Viewer) -> Q:
    """The viewer's own, thrown away."""
    return in_good_standing("owner__") & Q(space__isnull=True, owner_id=viewer.user_id, deleted_at__isnull=False)


def space_trash(viewer: Viewer) -> Q:
    """What was thrown away in spaces that the viewer edits."""
    edits = Exists(membership_of(viewer).filter(role__in=EDITORS))
    return in_good_standing("owner__") & Q(edits, space__isnull=False, deleted_at__isnull=False)


class PlaylistQuerySet(QuerySet["Playlist"]):
    def visible_to(self, viewer: Viewer) -> "PlaylistQuerySet":
        """Playlists that the viewer may open.

        Everybody: what is public or unlisted; with the secret token, or the grant of a shared link, also a private one.
        The owner: all of their own; the members of a space: all that is in it. What is in the trash, or of people in no
        good standing, nobody opens; nor does the viewer open what is of somebody from whom a block parts them, unless
        both are in its space. Each row says what the viewer is in its space (`viewer_role`).
        """
        opened = Q(visibility=PUBLIC) | Q(visibility=UNLISTED)
        if viewer.secret_digest:
            opened |= Q(secret_digest=viewer.secret_digest)
        if viewer.grant is not None:
            opened |= Q(pk__in=led_to(viewer.grant, name=SHARED_AS))
        opened &= unblocked(viewer, "owner__")
        if viewer.user_id is not None:
            opened |= Q(owner_id=viewer.user_id) | Q(Exists(membership_of(viewer)))
        rows = self.with_role(viewer)
        return rows.filter(opened, in_good_standing("owner__"), deleted_at__isnull=True)

    def with_role(self, viewer: Viewer) -> "PlaylistQuerySet":
        """Each row says what the viewer is in its space (`viewer_role`), if anything."""
        role: Value | Subquery = NO_ROLE
        if viewer.user_id is not None:
            role = Subquery(membership_of(viewer).values("role"))
        return self.annotate(viewer_role=role)  # type: ignore[no-redef]  # the class says what rows of others have

    def listed(self) -> "PlaylistQuerySet":
        """Playlists that may appear in lists, feeds, search and counts."""
        return self.filter(in_good_standing("owner__"), visibility=PUBLIC, deleted_at__isnull=True)

    def trashed_by(self, viewer: Viewer) -> "PlaylistQuerySet":
        """Playlists in the trash that the viewer may bring back, or purge: their own, and those of spaces in which they
        are an editor or more."""
        return self.with_role(viewer).filter(own_trash(viewer) | space_trash(viewer))

    def own_trash(self, viewer: Viewer) -> "PlaylistQuerySet":
        """Of these their own; what is in spaces is in `space_trash`."""
        return self.filter(own_trash(viewer))

    def space_trash(self, viewer: Viewer) -> "PlaylistQuerySet":
        """Of these what is in spaces."""
        return self.filter(space_trash(viewer))

    def to_purge(self, *, before: datetime) -> "PlaylistQuerySet":
        """In the trash since then or longer."""
        return self.filter(deleted_at__lte=before)

    def owned_by(self, user: Any) -> "PlaylistQuerySet":
        return self.filter(owner_id=user.pk)

    def in_space(self, space_id: int) -> "PlaylistQuerySet":
        return self.filter(space_id=space_id)

    def for_card(self) -> Any:
        """The rows that `playlist_card` reads."""
        return self.values(*CARD_COLUMNS)


class PlaylistItemQuerySet(QuerySet["PlaylistItem"]):
    def visible_to(self, viewer: Viewer) -> "PlaylistItemQuerySet":
        """What the viewer may open of what is in playlists; which playlists they open is asked there."""
        return self.filter(track__in=Track.objects.visible_to(viewer).values("pk"))

    def shown_to(self, viewer: Viewer) -> "PlaylistItemQuerySet":
        """Of that, what a list may show to somebody who does not edit the playlist: what lists show to everybody, what
        is the viewer's own or in a space of theirs, and what the playlist's secret token or a link to it opens."""
        shown = Q(track__in=Track.objects.listed().values("pk"))
        if viewer.user_id is not None:
            shared = SpaceMember.objects.filter(space_id=OuterRef("track__space_id"), person_id=viewer.user_id)
            shown |= Q(track__owner_id=viewer.user_id) | Q(Exists(shared))
        if viewer.secret_digest:
            shown |= OF_ONE_OWNER & Q(playlist__secret_digest=viewer.secret_digest)
        if viewer.grant is not None:
            shown |= OF_ONE_OWNER & Q(playlist__in=led_to(viewer.grant, name=SHARED_AS))
        return self.visible_to(viewer).filter(shown)

    def of(self, playlist_id: int) -> "PlaylistItemQuerySet":
        """What is in one playlist."""
        return self.filter(playlist_id=playlist_id)

    def in_order(self) -> "PlaylistItemQuerySet":
        """As they are heard."""
        return self.order_by("rank")


def membership_of(viewer: Viewer) -> Any:
    """The viewer's membership of the space of the row outside."""
    return SpaceMember.objects.filter(space_id=OuterRef("space_id"), person_id=viewer.user_id)
