"""Shared workspaces: who is in them as what, and who is asked in."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from social.choices import SpaceRole
from social.querysets.spaces import SpaceInvitationQuerySet, SpaceMemberQuerySet, SpaceQuerySet

PERSON = settings.AUTH_USER_MODEL


class Space(models.Model):
    """A workspace that several people share, and that owns what they bring into it. Its members alone see it.

    `owner` is the one who has been among its owners for the longest: what the space holds counts against their plan,
    and passes to them when who brought it leaves. Services keep it so, under the lock of this row.
    """

    pii = {"name", "description"}

    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=2000, blank=True)
    name_public = models.BooleanField(default=False, help_text="The cards of what it holds say its name to everybody.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SpaceQuerySet.as_manager()

    # What the viewer is in it, where `visible_to` found the row.
    viewer_role: str | None = None

    class Meta:
        constraints = [CheckConstraint(condition=~Q(name=""), name="space_has_name")]

    def __str__(self) -> str:
        return self.name


class SpaceMember(models.Model):
    """Somebody is in a space."""

    pii = {"person"}

    space = models.ForeignKey(Space, on_delete=models.CASCADE, db_index=False, related_name="members")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, db_index=False, related_name="+")
    role = models.CharField(max_length=9, choices=SpaceRole.choices)
    role_since = models.DateTimeField(help_text="Of two owners the one of longer standing pays.")
    created_at = models.DateTimeField()

    objects = SpaceMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["space", "person"], name="member_once"),
            CheckConstraint(condition=Q(role__in=SpaceRole.values), name="member_role_known"),
        ]
        indexes = [models.Index(fields=["person", "space"], name="member_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.role} of space {self.space_id}"


class SpaceInvitation(models.Model):
    """Somebody is asked into a space: a person, or whoever reads the mails to an address. Answered, it is deleted.

    `digest` is that of the mailed token, which is made of `nonce` under SECRET_KEY and kept nowhere.
    """

    pii = {"invitee", "email", "made_by"}

    space = models.ForeignKey(Space, on_delete=models.CASCADE, db_index=False, related_name="+")
    made_by = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    invitee = models.ForeignKey(PERSON, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    email = models.CharField(max_length=254, blank=True, help_text="In lower case; empty where a person is named.")
    role = models.CharField(max_length=9, choices=SpaceRole.choices)
    nonce = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = SpaceInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["digest"], name="space_invitation_digest_once"),
            UniqueConstraint(fields=["space", "invitee"], name="one_invitation_a_person"),
            UniqueConstraint(fields=["space", "email"], condition=~Q(email=""), name="one_invitation_an_address"),
            CheckConstraint(
                condition=Q(invitee__isnull=True) & ~Q(email="") | Q(invitee__isnull=False, email=""),
                name="space_invitation_names_one",
            ),
            CheckConstraint(
                condition=Q(role__in=[role for role in SpaceRole.values if role != SpaceRole.OWNER]),
                name="nobody_is_invited_as_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="space_invitation_by_email", condition=~Q(email="")),
            models.Index(fields=["expires_at"], name="space_invitation_expiring"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to space {self.space_id}"
