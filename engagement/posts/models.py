from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from engagement.posts.querysets import PostQuerySet
from playlists.models import Playlist
from tracks.models import Track

PERSON = settings.AUTH_USER_MODEL
LONGEST = 500


class Post(models.Model):
    """A few words of a person's own, and a track or a playlist to hear with them if they like."""

    pii = {"author", "body"}

    author = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    body = models.CharField(max_length=LONGEST)
    track = models.ForeignKey(Track, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # `post_with_playlist` has them.
    playlist = models.ForeignKey(
        Playlist, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="In the trash since.")

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(body=""), name="post_not_blank"),
            CheckConstraint(condition=Q(track__isnull=True) | Q(playlist__isnull=True), name="post_brings_one_thing"),
        ]
        indexes = [
            models.Index(fields=["author", "-created_at", "-id"], name="post_by_author"),
            models.Index(fields=["-created_at", "-id"], name="post_newest", condition=Q(deleted_at__isnull=True)),
            models.Index(
                fields=["author", "-deleted_at", "-id"], name="post_in_trash", condition=Q(deleted_at__isnull=False)
            ),
            models.Index(fields=["playlist"], name="post_with_playlist", condition=Q(playlist__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"post {self.pk} of {self.author_id}"


class PostCounts(models.Model):
    """The numbers on a card, in a narrow row of their own: every update stays in its page (HOT)."""

    no_pii = "numbers only"

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="counts")
    likes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "post counts"

    def __str__(self) -> str:
        return f"counts of {self.post_id}"


class PostMention(models.Model):
    """A post names somebody with an @: who that was is settled when it is written, whatever they are called later."""

    pii = {"person"}

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [UniqueConstraint(fields=["post", "person"], name="post_mention_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in post {self.post_id}"
