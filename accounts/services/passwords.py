from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Session, User
from accounts.services.sessions import end_every_session


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime, keep: Session | None = None) -> User:
    """Give a person another password and sign them out everywhere but in the session `keep`.

    Whether the password is good enough, and whether the old one was known, is for the caller to ask.
    """
    hashed = make_password(password)  # takes its time, so before the lock
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.password = hashed
    user.save(update_fields=["password"])
    end_every_session(user=user, keep=keep, at=at)
    return user
