from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint, Value

from tracks.sharing.choices import Permission
from tracks.sharing.querysets import ShareLinkQuerySet

LABEL_MOST = 100


# A number that no link of any kind has: `DELETE share-links/{id}/` does not say of which kind it is.
NEXT_LINK_ID = Func(Value("tracks_share_link_id"), function="nextval", output_field=models.BigIntegerField())


class ShareLink(models.Model):
    """What links have in common, whatever they lead to. Written by tracks.sharing.services only.

    The token is kept twice: its digest finds the row, and sealed under SECRET_KEY it is shown again to whoever may
    edit the thing; the table alone opens nothing. `uses` counts openings, exactly.
    """

    id = models.BigIntegerField(primary_key=True, db_default=NEXT_LINK_ID, editable=False)
    label = models.CharField(max_length=LABEL_MOST, help_text="For those who hand it out; visitors never see it.")
    permission = models.CharField(max_length=8, choices=Permission.choices, default=Permission.LISTEN)
    password = models.CharField(max_length=128, blank=True, help_text="Hashed; empty where none is asked for.")
    sealed_token = models.CharField(max_length=250)
    token_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    last_opened_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            UniqueConstraint(fields=["token_digest"], name="%(class)s_token_once"),
            CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(uses__lte=F("max_uses")), name="%(class)s_within_limit"
            ),
            CheckConstraint(condition=Q(max_uses__isnull=True) | Q(max_uses__gte=1), name="%(class)s_limit_is_one"),
            CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")), name="%(class)s_ends_later"
            ),
            CheckConstraint(condition=Q(permission__in=Permission.values), name="%(class)s_permission_known"),
            CheckConstraint(condition=~Q(label=""), name="%(class)s_has_label"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk} ({self.permission})"

    @property
    def has_password(self) -> bool:
        """Whether a password is asked for."""
        return self.password != ""


class TrackShareLink(ShareLink):
    """A link to a track."""

    pii = {"label", "password"}

    track = models.ForeignKey("tracks.Track", on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta(ShareLink.Meta):
        abstract = False
        indexes = [models.Index(fields=["track", "-created_at", "-id"], name="share_link_of_track")]
