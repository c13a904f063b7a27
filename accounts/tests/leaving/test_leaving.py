"""Wanting to go: who may, how it is confirmed, what it hides, and how a sign-in undoes it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import services
from accounts.events import DeletionCancelled, DeletionCodeRequested, DeletionRequested, SessionEnded
from accounts.leaving import services as leaving
from accounts.leaving.choices import GRACE
from accounts.leaving.doctor import erasures
from accounts.leaving.services.codes import deletion_code, is_deletion_code, window_of
from accounts.leaving.services.going import begin_leaving
from accounts.models import AccountErasure, RetiredName, User, UsernameClaim
from accounts.services.registration import claim_username
from accounts.services.sessions import Device, open_session
from accounts.tasks import mail_deletion_cancelled, mail_deletion_code, mail_deletion_requested
from accounts.usernames import digest_of_name, is_reserved
from config.lib.jobs import JobState
from config.lib.testing import emitted, race
from config.lib.viewer import Viewer
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

ME, CODE = "/api/v1/me/", "/api/v1/me/deletion-code/"
DEVICE = Device(user_agent="pytest", address="127.0.0.1")


@pytest.fixture
def keyless(owner) -> User:
    """Somebody who has no password."""
    owner.set_unusable_password()
    owner.save()
    return owner


@pytest.fixture
def leaver(owner, at) -> User:
    begin_leaving(user=owner, erase_at=at + GRACE, at=at)
    return User.objects.get(pk=owner.pk)


# --- confirming ----------------------------------------------------------------------------------


def test_with_the_password_everything_is_hidden_and_every_session_over(owner, stranger, sign_in):
    client, other = sign_in(owner), sign_in(owner)
    with emitted() as events:
        answer = client.delete(ME, {"password": PASSWORD})
    assert answer.status_code == 202, answer.content
    erasure = AccountErasure.objects.get()
    assert erasure.erase_at - erasure.requested_at == timedelta(days=30)
    assert set(answer.json()) == {"requested_at", "erase_at"}
    assert answer.cookies["earshot_access"]["max-age"] == 0
    kinds = [type(event) for event in events]
    assert (kinds.count(SessionEnded), kinds.count(DeletionRequested)) == (2, 1)
    for signed_out in (client, other):
        signed_out.problem(signed_out.get(ME), status=401, code="authentication_failed")
    assert not User.objects.visible_to(Viewer(user=stranger)).filter(pk=owner.pk).exists()


@pytest.mark.parametrize("body", [{}, {"password": "not this one"}, {"code": "00000000"}])
def test_without_the_right_password_nothing_happens(owner, sign_in, body):
    client = sign_in(owner)
    client.problem(client.delete(ME, body), status=403, code="confirmation_failed")
    assert User.objects.get().leaving_at is None
    assert client.get(ME).status_code == 200


def test_guesses_are_counted_like_those_of_a_sign_in(make_user, sign_in, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "2/minute"}
    client = sign_in(make_user("guessed-at"))
    for _ in range(2):
        client.problem(client.delete(ME, {"password": "no"}), status=403, code="confirmation_failed")
    client.problem(client.delete(ME, {"password": PASSWORD}), status=429, code="throttled")


def test_without_a_password_a_mailed_code_confirms(keyless, sign_in):
    client = sign_in(keyless)
    with emitted() as events:
        assert client.post(CODE).status_code == 204
    assert events == [DeletionCodeRequested(user_id=keyless.pk)]
    mail_deletion_code(user_id=keyless.pk)
    [message] = mail.outbox
    code = message.body.partition("deleted: ")[2].split()[0]
    client.problem(client.delete(ME, {"code": f"{code[:-1]}x"}), status=403, code="confirmation_failed")
    assert client.delete(ME, {"code": code}).status_code == 202


def test_guesses_at_a_code_are_counted_and_so_is_asking_for_one(make_user, sign_in, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "2/minute"}
    keyless = make_user("keyless")
    User.objects.filter(pk=keyless.pk).update(password="!")
    client = sign_in(keyless)
    assert client.post(CODE).status_code == 204
    client.problem(client.delete(ME, {"code": "1"}), status=403, code="confirmation_failed")
    client.problem(client.delete(ME, {"code": "1"}), status=429, code="throttled")
    client.problem(client.post(CODE), status=429, code="throttled")


def test_a_code_is_for_those_without_a_password(owner, sign_in):
    client = sign_in(owner)
    client.problem(client.post(CODE), status=409, code="password_needed")


def test_a_code_is_good_for_ten_minutes_at_least_and_for_one_person(keyless, stranger, at):
    code = deletion_code(user=keyless, window=window_of(at))
    assert len(code) == 8
    assert is_deletion_code(user=keyless, code=code, at=at + timedelta(minutes=10))
    assert not is_deletion_code(user=keyless, code=code, at=at + timedelta(minutes=20))
    assert not is_deletion_code(user=stranger, code=code, at=at)
    keyless.session_version += 1
    assert not is_deletion_code(user=keyless, code=code, at=at)


def test_no_code_is_mailed_to_who_is_leaving(leaver):
    mail_deletion_code(user_id=leaver.pk)
    assert mail.outbox == []


# --- who may -------------------------------------------------------------------------------------


def test_staff_and_the_last_superuser_stay(owner, stranger, sign_in):
    client = sign_in(owner)
    User.objects.filter(pk=owner.pk).update(is_superuser=True)
    client.problem(client.delete(ME, {"password": PASSWORD}), status=409, code="last_superuser")
    User.objects.filter(pk=stranger.pk).update(is_superuser=True)
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    client.problem(client.delete(ME, {"password": PASSWORD}), status=409, code="staff_stays")
    User.objects.filter(pk=owner.pk).update(is_staff=False)
    assert client.delete(ME, {"password": PASSWORD}).status_code == 202


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_superusers_at_once_one_stays(owner, stranger, at, patient_locks):
    User.objects.update(is_superuser=True)
    moves = [lambda user=user: begin_leaving(user=user, erase_at=at + GRACE, at=at) for user in (owner, stranger)]
    answers = race(*moves)
    assert sorted(type(answer).__name__ for answer in answers) == ["AccountErasure", "LastSuperuser"]


# --- the days of grace ---------------------------------------------------------------------------


def test_leaving_twice_is_leaving_once(leaver, at):
    with emitted() as events:
        later = begin_leaving(user=leaver, erase_at=at + GRACE * 2, at=at + timedelta(days=1))
    assert later.erase_at == at + GRACE
    assert events == []


def test_a_person_is_mailed_the_date_and_that_they_stay(leaver, at):
    mail_deletion_requested(user_id=leaver.pk)
    mail_deletion_cancelled(user_id=leaver.pk)  # not yet
    [message] = mail.outbox
    assert f"{at + GRACE:%Y}" in message.subject
    assert "sign in" in message.body
    open_session(user=leaver, device=DEVICE, at=at)
    mail_deletion_cancelled(user_id=leaver.pk)
    mail_deletion_requested(user_id=leaver.pk)  # comes too late
    assert [message.subject for message in mail.outbox][1:] == ["Your account at Earshot stays"]


def test_nothing_is_mailed_of_an_end_without_days_of_grace(owner, at):
    leaving.erase_at_once(user=owner, at=at)
    mail_deletion_requested(user_id=owner.pk)
    assert mail.outbox == []


def test_nobody_is_mailed_who_has_no_address_any_more(leaver):
    User.objects.update(email="")
    mail_deletion_requested(user_id=leaver.pk)
    assert mail.outbox == []


def test_a_sign_in_cancels_it_and_everything_is_as_it_was(api, leaver, stranger):
    with emitted() as events:
        answer = api.post("/api/v1/auth/login/", {"login": "owner", "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    assert events == [DeletionCancelled(user_id=leaver.pk)]
    assert not AccountErasure.objects.exists()
    assert User.objects.visible_to(Viewer(user=stranger)).filter(pk=leaver.pk).exists()


def test_a_wrong_password_cancels_nothing(api, leaver):
    api.problem(api.post("/api/v1/auth/login/", {"login": "owner", "password": "no"}), status=401, code="login_failed")
    assert AccountErasure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_and_the_end_at_once_leave_a_person_or_nobody(make_user, patient_locks):
    for turn in range(6):
        user, at = make_user(f"leaver-{turn}"), timezone.now()
        erasure = leaving.erase_at_once(user=user, at=at)
        user.refresh_from_db()
        signed_in, begun = race(
            lambda user=user, at=at: open_session(user=user, device=DEVICE, at=at),
            lambda erasure=erasure, at=at: leaving.begin_erasure(erasure_id=erasure.pk, at=at),
        )
        stays = User.objects.get(pk=user.pk)
        if begun is None:
            assert (stays.is_active, stays.leaving_at) == (True, None)
            assert not AccountErasure.objects.filter(user=user).exists()
        else:
            assert isinstance(signed_in, services.LoginFailed)
            assert not stays.is_active


def test_a_suspension_that_ends_lets_nobody_into_an_account_whose_end_has_begun(owner, at):
    services.suspend_user(user=owner, reason="A test.", until=at, at=at)
    erasure = leaving.erase_at_once(user=owner, at=at)
    assert leaving.begin_erasure(erasure_id=erasure.pk, at=at)
    assert services.lift_due_suspensions(at=at + timedelta(days=1)) == 0


def test_an_operator_makes_the_grace_shorter(leaver, at):
    erasure = leaving.erase_at_once(user=leaver, at=at)
    assert (erasure.erase_at, erasure.due_at, erasure.state) == (at, at, JobState.QUEUED)


def test_an_erasure_that_is_late_is_found_until_it_is_done(leaver, at):
    [well] = erasures()
    assert not well.is_wrong
    AccountErasure.objects.update(erase_at=at - timedelta(hours=1, seconds=1), due_at=at)
    [late] = erasures()
    assert (late.sentence, late.is_wrong) == (f"accounts {leaver.pk} should be erased and are not", True)
    AccountErasure.objects.update(state=JobState.DONE)
    [well] = erasures()
    assert not well.is_wrong


# --- names ---------------------------------------------------------------------------------------


def erase(user: User, at) -> None:
    leaving.begin_erasure(erasure_id=leaving.erase_at_once(user=user, at=at).pk, at=at)
    leaving.erase_person(user_id=user.pk)


def test_the_names_of_somebody_who_was_erased_are_nobodys(owner, stranger, at):
    UsernameClaim.objects.create(name="before", user=owner)
    erase(owner, at)
    assert not UsernameClaim.objects.filter(name__in=["owner", "before"]).exists()
    assert set(RetiredName.objects.values_list("digest", flat=True)) == {
        digest_of_name("owner"),
        digest_of_name("before"),
    }
    for name in ("owner", "before"):
        with pytest.raises(services.UsernameUnavailable):
            claim_username(name=name, user=stranger, expires_at=None, at=at)
        assert not UsernameClaim.objects.filter(name=name).exists()
    claim_username(name="after", user=stranger, expires_at=None, at=at)


def test_nobody_can_be_called_like_somebody_who_was_erased(owner, at):
    erase(owner, at)
    tombstone = User.objects.get(pk=owner.pk)
    assert tombstone.username == f"deleted-{owner.pk}"
    assert is_reserved(tombstone.username)
    assert not is_reserved("deleted-scenes")
    erase_again = User.objects.values().get(pk=owner.pk)
    leaving.erase_person(user_id=owner.pk)
    assert User.objects.values().get(pk=owner.pk) == erase_again


def test_the_row_of_somebody_who_was_erased_is_not_taken_for_a_newcomers(owner, at):
    User.objects.filter(pk=owner.pk).update(created_at=at - timedelta(days=40))
    erase(owner, at)
    services.forget_unverified(at=at)
    assert User.objects.filter(pk=owner.pk).exists()
