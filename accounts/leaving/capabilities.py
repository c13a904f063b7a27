"""The address of an archive is a capability: it says whose it is and until when, under our signature. Every request is
checked again with what it says."""

from datetime import UTC, datetime

from django.core import signing

from accounts.leaving.choices import DOWNLOAD_LIFE
from accounts.models import AccountExport
from accounts.querysets import in_good_standing
from config.lib.jobs import JobState

# Names the fields below too: whoever changes them changes it.
SALT = "accounts.export-capability.1"


def seal_export(export: AccountExport, *, at: datetime) -> tuple[str, datetime]:
    """A capability for the archive as one segment of a path, and until when it is good."""
    expires_at = (at + DOWNLOAD_LIFE).replace(microsecond=0)
    fields = [export.pk, export.user_id, int(expires_at.timestamp())]
    return signing.Signer(salt=SALT, sep=".").sign_object(fields), expires_at


def open_export(text: str, *, at: datetime) -> AccountExport | None:
    """The finished export behind a capability that is neither forged nor over, of somebody who is still here."""
    try:
        export_id, user_id, expires_at = signing.Signer(salt=SALT, sep=".").unsign_object(text)
    except signing.BadSignature:
        return None
    if datetime.fromtimestamp(expires_at, UTC) <= at:
        return None
    mine = AccountExport.objects.filter(in_good_standing("user__"), pk=export_id, user=user_id)
    return mine.filter(state=JobState.DONE, expires_at__gt=at).first()
