"""Every mail that is written, as it comes to the one who looks; the hidden causes it where others can."""

import importlib
import inspect
from collections.abc import Callable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

import social.services as social
from accounts import mails
from accounts.choices import Notice, Purpose
from accounts.leaving import mails as leaving_mails
from accounts.leaving.services.going import begin_leaving
from accounts.models import AccountExport, FormerAddress, MailedKey, Session, User
from config.tests.privacy.world import run_export
from config.tests.sweep.world import World
from social import mails as social_mails
from social.choices import SpaceRole


def written() -> set[str]:
    """`accounts.mails.send_verification` and all the others, found by their name below every app."""
    files = [file for file in settings.BASE_DIR.glob("*/**/mails.py") if not {".venv", "lib"} & set(file.parts)]
    modules = [".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts) for file in files]
    return {
        f"{module}.{name}"
        for module in modules
        for name, found in vars(importlib.import_module(module)).items()
        if name.startswith("send_") and inspect.isfunction(found) and found.__module__ == module
    }


def key_of(person: User, purpose: Purpose, *, email: str = "") -> str:
    """A mailed key of that person, not yet used."""
    over = timezone.now() + timedelta(days=1)
    version = User.objects.get(pk=person.pk).session_version
    made = MailedKey.objects.create(user=person, purpose=purpose, version=version, email=email, expires_at=over)
    return str(made.pk)


def verification(world: World) -> None:
    EmailAddress.objects.filter(user=world.viewer).update(verified=False)
    mails.send_verification(user_id=world.viewer.pk)


def address_wanted(world: World) -> None:
    """The hidden wants the address that the viewer has."""
    EmailAddress.objects.filter(user=world.viewer).update(verified=True)
    mails.send_email_change(key_id=key_of(world.hidden, Purpose.EMAIL_CHANGE, email=world.viewer.email))


def new_device(world: World) -> None:
    session = Session.objects.filter(user=world.viewer).latest("created_at")
    mails.send_new_device(user_id=world.viewer.pk, session_id=str(session.pk))


def email_changed(world: World) -> None:
    at = timezone.now()
    former = FormerAddress.objects.create(user=world.viewer, email="viewer-before@example.org", left_at=at)
    mails.send_email_changed(user_id=world.viewer.pk, former_id=former.pk)


def export_ready(world: World) -> None:
    run_export(world.viewer)
    leaving_mails.send_export_ready(export_id=AccountExport.objects.get(user=world.viewer).pk)


def deletion_requested(world: World) -> None:
    at = timezone.now()
    begin_leaving(user=world.viewer, erase_at=at + timedelta(days=30), at=at)
    leaving_mails.send_deletion_requested(user_id=world.viewer.pk)


def space_invitation(world: World) -> None:
    """The hidden's invitation, of which nothing is to come; and one of the third's."""
    space = social.create_space(owner=world.third, name="A quiet room", at=timezone.now())
    asked = social.invite_person(
        space=space, by=world.third, person=world.viewer, role=SpaceRole.VIEWER, at=timezone.now()
    )
    for invitation in (world.invitation, asked):
        social_mails.send_invitation(invitation_id=invitation.pk)


# In this order: who leaves is sent no code.
LETTERS: dict[str, Callable[[World], None]] = {
    "accounts.mails.send_verification": verification,
    "accounts.mails.send_address_tried": lambda world: mails.send_address_tried(user_id=world.viewer.pk),
    "accounts.mails.send_password_reset": lambda world: mails.send_password_reset(
        key_id=key_of(world.viewer, Purpose.PASSWORD_RESET)
    ),
    "accounts.mails.send_email_change": address_wanted,
    "accounts.mails.send_new_device": new_device,
    "accounts.mails.send_email_changed": email_changed,
    "accounts.mails.send_security_notice": lambda world: mails.send_security_notice(
        user_id=world.viewer.pk, notice=Notice.PASSWORD_CHANGED
    ),
    "social.mails.send_invitation": space_invitation,
    "accounts.leaving.mails.send_export_ready": export_ready,
    "accounts.leaving.mails.send_deletion_code": lambda world: leaving_mails.send_deletion_code(
        user_id=world.viewer.pk, at=timezone.now()
    ),
    "accounts.leaving.mails.send_deletion_cancelled": lambda world: leaving_mails.send_deletion_cancelled(
        user_id=world.viewer.pk
    ),
    "accounts.leaving.mails.send_deletion_requested": deletion_requested,
}
