"""Other services that open an account: rows of allauth's `SocialAccount`, one for each identity there."""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts.events import ConnectionAdded, ConnectionRemoved
from accounts.models import User
from config.lib.errors import DomainError
from config.lib.events import emit

GOOGLE = "google"


class ConnectionTaken(DomainError):
    code = "connection_taken"
    title = "This sign-in belongs to another account here."


class LastWayIn(DomainError):
    code = "last_way_in"
    title = "This is the only way into the account; set a password or connect another first."


@transaction.atomic
def connect(*, user: User, uid: str, email: str, at: datetime) -> SocialAccount:
    """Let Google's `uid` open this account. Twice is once; of two accounts that want it one gets it.

    The address is kept to tell connections apart. Raises ConnectionTaken.
    """
    connection, is_new = SocialAccount.objects.get_or_create(
        provider=GOOGLE, uid=uid, defaults={"user": user, "extra_data": {"email": email}}
    )
    if connection.user_id != user.pk:
        raise ConnectionTaken
    if is_new:
        emit(ConnectionAdded(user_id=user.pk, provider=GOOGLE))
    else:
        connection.extra_data = {"email": email}
        connection.save(update_fields=["extra_data", "last_login"])
    return connection


@transaction.atomic
def disconnect(*, user: User, connection_id: int, at: datetime) -> bool:
    """Let it open the account no longer. False when it is gone already; raises LastWayIn.

    The person's row is locked first: of two who remove one connection each, the second finds one left.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    connections = SocialAccount.objects.filter(user=user)
    leaving = connections.filter(pk=connection_id).first()
    if leaving is None:
        return False
    if not user.has_usable_password() and not connections.exclude(pk=connection_id).exists():
        raise LastWayIn
    leaving.delete()
    emit(ConnectionRemoved(user_id=user.pk, provider=leaving.provider))
    return True
