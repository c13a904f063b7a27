from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.module_loading import import_string

from accounts.cards import USER_CARD_COLUMNS
from accounts.querysets import in_good_standing, unblocked
from config.lib.expressions import Constant
from config.lib.pictures.cards import picture_columns
from config.lib.viewer import Viewer
from social.choices import SpaceRole, roles_from
from social.models import SpaceMember
from social.querysets.spaces import NO_ROLE
from tracks.choices import State, Todo, Visibility
from tracks.sharing.kinds import opened_by

if TYPE_CHECKING:
    from tracks.models import Sound, Track  # noqa: F401 -- named in strings below

# Constants, so that a kept plan may walk the index `track_listed`.
PUBLIC, UNLISTED = Constant(Visibility.PUBLIC), Constant(Visibility.UNLISTED)
PUBLISHED = Q(visibility=PUBLIC, published_at__isnull=False)
PLAYABLE = Q(sound__isnull=False)

# What a card says just as the row does.
COPIED = (
    "title",
    "permalink",
    "artist",
    "description",
    "genre",
    "tags",
    "license",
    "visibility",
    "audience",
    "state",
    "duration_ms",
    "created_at",
    "published_at",
    "release_date",
    "key",
    "isrc",
    "explicit",
    "downloadable",
    "comments_enabled",
)
CARD_COLUMNS = (
    *COPIED,
    "id",
    "bpm",
    "sound_id",
    "sound__integrated_lufs",
    "sound__true_peak_dbtp",
    "sound__range_lu",
    *picture_columns("artwork__"),
    "counts__plays",
    "counts__likes",
    "counts__reposts",
    "counts__comments",
    "counts__downloads",
    *(f"owner__{name}" for name in USER_CARD_COLUMNS),
    "space_id",
    "space__name",
    "space__name_public",
)
DETAIL_COLUMNS = (*CARD_COLUMNS, "credits", "purchase_url", "updated_at")


class TrackQuerySet(QuerySet["Track"]):
    def visible_to(self, viewer: Viewer) -> "TrackQuerySet":
        """Tracks that the viewer may open.

        Everybody: what is published or unlisted, once it can be played; with the secret token also a private one.
        The owner: all of their own; the members of a space: all that is in it. What is in the trash, or of people in no
        good standing, nobody opens; nor does the viewer open what is of somebody from whom a block parts them, unless
        both are in its space. Each row says what the viewer is in its space (`viewer_role`).
        Who brings the grant of a shared link opens what it leads to as with a secret token; each row then says whether
        they would without it (`opens_alone`), and what the link lets them do with it (`granted`).
        """
        opened = PUBLISHED | Q(visibility=UNLISTED)
        if viewer.secret_digest:
            opened |= Q(secret_digest=viewer.secret_digest) | opened_elsewhere(viewer)
        opened &= PLAYABLE & unblocked(viewer, "owner__")
        role: Value | Subquery = NO_ROLE
        if viewer.user_id is not None:
            membership = SpaceMember.objects.filter(space_id=OuterRef("space_id"), person_id=viewer.user_id)
            opened |= Q(owner_id=viewer.user_id) | Q(Exists(membership))
            role = Subquery(membership.values("role"))
        rows = self.annotate(viewer_role=role)  # type: ignore[no-redef]  # the class says what rows of others have
        if viewer.grant is not None:
            granted = opened_by(viewer.grant, viewer=viewer) & PLAYABLE & unblocked(viewer, "owner__")
            alone = Case(When(opened, then=True), default=False)
            told = Case(When(granted, then=Value(viewer.grant.permission)))
            rows = rows.annotate(opens_alone=alone, granted=told)  # type: ignore[no-redef]  # likewise
            opened |= granted
        return rows.filter(opened, in_good_standing("owner__"), deleted_at__isnull=True)

    def listed(self) -> "TrackQuerySet":
        """Tracks that may appear in lists, feeds, search and counts."""
        return self.filter(PUBLISHED, PLAYABLE, in_good_standing("owner__"), deleted_at__isnull=True)

    def due(self, *, at: datetime) -> "TrackQuerySet":
        """Tracks whose moment to be published has come, and that can be."""
        return self.filter(PLAYABLE, in_good_standing("owner__"), publish_at__lte=at, deleted_at__isnull=True)

    def editable_by(self, user_id: int | None) -> "TrackQuerySet":
        """What `can_edit_track` lets the person edit, as rows: their own, and in spaces what their role reaches."""
        return self.filter(Q(space__isnull=True, owner_id=user_id) | Q(space_id__in=spaces_edited_by(user_id)))

    def in_trash(self) -> "TrackQuerySet":
        """Thrown away, and not on its way out for good."""
        return self.filter(deleted_at__isnull=False, purging_at__isnull=True)

    def own_trash(self, viewer: Viewer) -> "TrackQuerySet":
        """What the viewer may bring back of their own; what is in spaces is in `space_trash`."""
        return self.in_trash().filter(space__isnull=True, owner_id=viewer.user_id)

    def space_trash(self, viewer: Viewer) -> "TrackQuerySet":
        """What the viewer may bring back in spaces, but for what is of people in no good standing."""
        theirs = Q(space_id__in=spaces_edited_by(viewer.user_id))
        return self.in_trash().filter(theirs, in_good_standing("owner__"))

    def trash_of(self, viewer: Viewer) -> "TrackQuerySet":
        """Both of them."""
        own, in_spaces = self.own_trash(viewer).values("pk"), self.space_trash(viewer).values("pk")
        return self.filter(Q(pk__in=own) | Q(pk__in=in_spaces))

    def to_purge(self, *, before: datetime) -> "TrackQuerySet":
        """In the trash since then or longer, and whatever is on its way out already."""
        return self.filter(Q(deleted_at__lte=before) | Q(purging_at__isnull=False), deleted_at__isnull=False)

    def owned_by(self, user: Any) -> "TrackQuerySet":
        return self.filter(owner_id=user.pk)

    def in_space(self, space_id: int) -> "TrackQuerySet":
        return self.filter(space_id=space_id)

    def for_card(self) -> Any:
        """The rows that `track_card` reads."""
        return self.values(*CARD_COLUMNS)

    def for_detail(self) -> Any:
        """The rows that `track_detail` reads."""
        return self.values(*DETAIL_COLUMNS)


def opened_elsewhere(viewer: Viewer) -> Q:
    """The tracks that are opened by a secret of something which holds them, and which this app cannot know."""
    openers: tuple[Callable[[Viewer], Q], ...] = import_string(settings.TRACK_OPENERS)
    return reduce(or_, (opener(viewer) for opener in openers))


def spaces_edited_by(user_id: int | None) -> Any:
    """The ids of the spaces in which the person may edit."""
    member = SpaceMember.objects.filter(person_id=user_id, role__in=roles_from(SpaceRole.EDITOR))
    return member.values("space_id")


class SoundQuerySet(QuerySet["Sound"]):
    def waiting(self) -> "SoundQuerySet":
        """There is work on them, and nobody is at it."""
        return self.filter(Q(state=State.QUEUED) | ~Q(todo=Todo.NOTHING) & Q(heartbeat_at__isnull=True))

    def claimed(self) -> "SoundQuerySet":
        """Somebody is at work on them, or was when they last beat."""
        return self.filter(Q(state=State.PROCESSING) | ~Q(todo=Todo.NOTHING), heartbeat_at__isnull=False)

    def abandoned(self, *, heartbeat_before: datetime) -> "SoundQuerySet":
        """Claimed, but their worker has stopped beating."""
        return self.claimed().filter(heartbeat_at__lt=heartbeat_before)

    def leased(self, sound: "Sound") -> "SoundQuerySet":
        """The row of `sound` as long as whoever claimed that very attempt may work on it."""
        return self.claimed().filter(pk=sound.pk, attempt=sound.attempt)

    def unplayed(self) -> "SoundQuerySet":
        """Newer than what their track plays: what it waits for, or what has failed."""
        return self.filter(Q(track__sound__isnull=True) | Q(pk__gt=F("track__sound_id")))

    def run_out(self, *, at: datetime) -> "SoundQuerySet":
        """Replaced, and no stream of them lasts any longer."""
        return self.filter(remove_at__lte=at)

    def due(self, *, at: datetime) -> "SoundQuerySet":
        """Waiting, and their task is to be sent (again): a retry, or the broker may have lost it."""
        return self.waiting().filter(due_at__lte=at)

    def on_last_try(self) -> "SoundQuerySet":
        """At work on them is whoever tries them for the last time."""
        return self.claimed().filter(tries__gte=settings.PROCESSING_ATTEMPTS)

    def ahead_of(self, sound: "Sound") -> "SoundQuerySet":
        """The sounds of its lane that a worker will take before this one."""
        return self.filter(state=State.QUEUED, lane=sound.lane, pk__lt=sound.pk)
