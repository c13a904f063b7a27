from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint, Value
from django.db.models.functions import Coalesce

from engagement.comments.querysets import IN_TRASH, CommentQuerySet
from tracks.models import Track

PERSON = settings.AUTH_USER_MODEL
BODY_MOST = 1000
# Where a comment without a moment stands among the others: behind the last of them.
NOWHERE_MS = 2**31 - 1


class Comment(models.Model):
    """What somebody says to a track, or to a moment of it. Written by engagement.comments.services only.

    Threads are one level deep: `parent` is the comment that a reply hangs on, never itself a reply. The row outlives
    its deletion, so that it can be brought back.
    """

    pii = {"author", "body", "deleted_by"}

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    body = models.CharField(max_length=BODY_MOST, blank=True)
    timestamp_ms = models.PositiveIntegerField(null=True, blank=True, help_text="Of the sound as it was then.")
    # Lists are ordered by it: a cursor knows no NULL.
    place_ms = models.GeneratedField(
        expression=Coalesce("timestamp_ms", Value(NOWHERE_MS)), output_field=models.IntegerField(), db_persist=True
    )
    client_id = models.UUIDField(null=True, blank=True, help_text="The author's own name for it.")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        PERSON, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    pinned_at = models.DateTimeField(null=True, blank=True)
    is_counted = models.BooleanField(
        default=True, help_text="Part of the track's count: while it stands, and its author is in good standing."
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["author", "client_id"], name="comment_sent_once"),
            UniqueConstraint(fields=["track"], condition=Q(pinned_at__isnull=False), name="one_pin_a_track"),
            CheckConstraint(
                condition=Q(pinned_at__isnull=True) | Q(parent__isnull=True, deleted_at__isnull=True),
                name="pin_is_a_standing_thread",
            ),
            CheckConstraint(condition=~Q(body="") | Q(deleted_at__isnull=False), name="comment_says_something"),
            CheckConstraint(condition=Q(timestamp_ms__lt=NOWHERE_MS), name="moment_range"),
            CheckConstraint(condition=~Q(parent=F("id")), name="no_reply_to_itself"),
            CheckConstraint(condition=Q(deleted_at__isnull=True) | Q(is_counted=False), name="deleted_is_not_counted"),
        ]
        indexes = [
            models.Index(
                fields=["track", "-created_at", "-id"], name="thread_newest", condition=Q(parent__isnull=True)
            ),
            models.Index(fields=["track", "place_ms", "id"], name="thread_by_place", condition=Q(parent__isnull=True)),
            models.Index(fields=["track", "place_ms", "id"], name="comment_by_place"),
            models.Index(fields=["parent", "created_at", "id"], name="reply_oldest", condition=Q(parent__isnull=False)),
            models.Index(fields=["author", "-created_at", "-id"], name="comment_by_author"),
            models.Index(fields=["author", "-deleted_at", "-id"], name="comment_in_trash", condition=IN_TRASH),
            models.Index(fields=["track", "-deleted_at", "-id"], name="comment_taken_away", condition=IN_TRASH),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} of {self.author_id} on {self.track_id}"


class CommentCounts(models.Model):
    """The numbers on a card, in a narrow row of their own: every update stays in its page (HOT)."""

    no_pii = "numbers only"

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, primary_key=True, related_name="counts")
    likes = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "comment counts"

    def __str__(self) -> str:
        return f"counts of comment {self.comment_id}"


class CommentVersion(models.Model):
    """What a comment said before an edit; moderators read it in the admin, nobody else."""

    pii = {"body"}

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    body = models.CharField(max_length=BODY_MOST)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"before {self.replaced_at}"


class CommentMention(models.Model):
    """A comment names somebody. Resolved when it is written: a name that passes on means the same person still."""

    pii = {"person"}

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [UniqueConstraint(fields=["comment", "person"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} names {self.person_id}"
