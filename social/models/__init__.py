from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from social.choices import Kind, MuteScope, Verb
from social.models.spaces import Space, SpaceInvitation, SpaceMember
from social.querysets import FollowQuerySet, MuteQuerySet

__all__ = ["Activity", "ActorLast", "Follow", "Mute", "Space", "SpaceInvitation", "SpaceMember"]

PERSON = settings.AUTH_USER_MODEL


class Follow(models.Model):
    """Somebody wants to be shown what somebody else does."""

    pii = {"follower", "followed"}

    follower = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    followed = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    is_counted = models.BooleanField(
        default=True, help_text="Part of both people's counts: while both are in good standing."
    )

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            CheckConstraint(condition=~Q(follower=F("followed")), name="no_self_follow"),
        ]
        indexes = [
            models.Index(fields=["followed", "-created_at", "-id"], name="follow_by_followed"),
            models.Index(fields=["follower", "-created_at", "-id"], name="follow_by_follower"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class Mute(models.Model):
    """Somebody does not want to be shown somebody else, or what they repost. The other does not learn of it."""

    pii = {"muter", "muted"}

    muter = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    muted = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=10, choices=MuteScope.choices)
    created_at = models.DateTimeField()

    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["muter", "muted", "scope"], name="mute_once"),
            CheckConstraint(condition=~Q(muter=F("muted")), name="no_self_mute"),
            CheckConstraint(condition=Q(scope__in=MuteScope.values), name="mute_scope_known"),
        ]
        indexes = [models.Index(fields=["muter", "-created_at", "-id"], name="mute_by_muter")]

    def __str__(self) -> str:
        return f"{self.muter_id} mutes {self.scope} of {self.muted_id}"


class Activity(models.Model):
    """Something that somebody did for others to see, which feeds are read from. What it was done with decides for
    itself who may see it."""

    pii = {"actor"}

    actor = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=8, choices=Verb.choices)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    object_id = models.BigIntegerField(help_text="Of that kind; its app lies above this one, so no foreign key.")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            UniqueConstraint(fields=["actor", "verb", "kind", "object_id"], name="activity_once"),
            CheckConstraint(condition=Q(verb__in=Verb.values), name="activity_verb_known"),
            CheckConstraint(condition=Q(kind__in=Kind.values), name="activity_kind_known"),
        ]
        indexes = [
            models.Index(fields=["actor", "-created_at", "-id"], name="activity_by_actor"),
            models.Index(fields=["-created_at", "-id"], name="activity_newest"),
            models.Index(fields=["kind", "object_id", "actor"], name="activity_by_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.verb} {self.kind} {self.object_id}"


class ActorLast(models.Model):
    """When somebody was active last, at the latest: nothing of theirs is newer. It tells feeds whom to read first."""

    no_pii = "a time"

    actor = models.OneToOneField(PERSON, on_delete=models.CASCADE, primary_key=True, related_name="+")
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = "last activity"
        verbose_name_plural = "last activities"

    def __str__(self) -> str:
        return f"{self.actor_id} at {self.last_at}"
