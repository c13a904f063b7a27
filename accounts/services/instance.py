from django.db import transaction

from accounts.events import InstanceChanged
from accounts.models import Instance, User
from accounts.queries import instance
from config.lib import advisory
from config.lib.events import emit

SAYS = (
    "name",
    "description",
    "logo_url",
    "contact",
    "rules",
    "terms_version",
    "terms_text",
    "registration",
    "invites_a_month",
)


@transaction.atomic
def change_instance(*, says: Instance, by: User) -> Instance:
    """Write what the site says of itself; the first time this makes the row. What changes nothing emits nothing.

    Raises ValidationError.
    """
    advisory.hold("accounts.change_instance")
    now = instance()
    changed = [name for name in SAYS if getattr(says, name) != getattr(now, name)]
    for name in changed:
        setattr(now, name, getattr(says, name))
    now.full_clean(validate_unique=False)
    if changed:
        now.save()
        emit(InstanceChanged(by_id=by.pk, fields=changed))
    return now
