"""The rules of the second factor: what a code is worth, how often, and what setting one up changes."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import RequestFactory
from django.utils import timezone

from accounts import services
from accounts.events import RecoveryCodesMade, SecondFactorAdded, SecondFactorRemoved, SessionEnded
from accounts.models import SecondFactorDraft, Session, User
from accounts.queries import has_second_factor
from accounts.services.otp import step_of
from accounts.services.sessions import Device, open_session
from accounts.tests.conftest import Phone
from config.lib.secrets import Unreadable, seal, unseal
from config.lib.testing import emitted, race
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

DEVICE = Device(user_agent="", address="")
STEP = timedelta(seconds=30)


def log_in(*, otp: str | None = None, password: str = PASSWORD) -> services.TokenPair:
    request = RequestFactory().post("/")
    return services.log_in(request=request, login="owner", password=password, otp=otp, device=DEVICE, at=timezone.now())


# RFC 6238, appendix B: the secret "12345678901234567890", of whose eight digits an app shows the last six.
@pytest.mark.parametrize(
    ("second", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_digits_are_those_of_the_standard(at, second, digits):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moment = at.fromtimestamp(second, tz=at.tzinfo)
    assert step_of(digits, secret=secret, after=0, at=moment) == second // 30
    assert step_of(digits, secret=secret, after=second // 30, at=moment) is None


def test_a_draft_asks_nobody_for_a_code(owner, at):
    services.draft_totp(user=owner, at=at)
    assert not has_second_factor(owner.pk)
    assert log_in().session.user == owner


def test_the_first_code_turns_it_on_and_signs_out_the_other_devices(owner, at):
    here, there = (open_session(user=owner, device=DEVICE, at=at).session for _ in range(2))
    draft = services.draft_totp(user=owner, at=at)
    assert f"secret={draft.secret}&issuer=Earshot" in draft.otpauth_url
    assert draft.otpauth_url.startswith("otpauth://totp/owner?")
    assert "<svg" in draft.qr_svg
    with emitted() as events:
        codes = services.add_second_factor(user=owner, otp=Phone(draft.secret).code(at), keep=here, at=at)
    assert events == [SessionEnded(session_id=str(there.pk), user_id=owner.pk), SecondFactorAdded(user_id=owner.pk)]
    assert [session.pk for session in Session.objects.alive(at=at)] == [here.pk]
    assert len(set(codes)) == 10
    assert not SecondFactorDraft.objects.exists()


def test_a_wrong_code_a_late_one_or_none_begun_turns_nothing_on(owner, at):
    with pytest.raises(services.SecondFactorNotBegun):
        services.add_second_factor(user=owner, otp="000000", at=at)
    services.draft_totp(user=owner, at=at)
    with emitted() as events, pytest.raises(services.OtpInvalid):
        services.add_second_factor(user=owner, otp="letters", at=at)
    with pytest.raises(services.SecondFactorNotBegun):
        services.add_second_factor(user=owner, otp="000000", at=at + timedelta(minutes=15))
    assert events == []
    assert not Authenticator.objects.exists()


def test_who_has_one_sets_up_no_other_beside_it(owner, at, equip):
    equip(owner)
    with pytest.raises(services.SecondFactorOn):
        services.draft_totp(user=owner, at=at)
    with pytest.raises(services.SecondFactorOn):
        services.add_second_factor(user=owner, otp="000000", at=at)


def test_asking_again_makes_another_secret_and_forgets_the_first(owner, at):
    first, second = services.draft_totp(user=owner, at=at), services.draft_totp(user=owner, at=at)
    assert first.secret != second.secret
    assert services.draft_of(user=owner, at=at) == second
    assert services.draft_of(user=owner, at=at + timedelta(minutes=15)) is None


def test_drafts_are_forgotten_after_a_quarter_of_an_hour(owner, stranger, at):
    services.draft_totp(user=owner, at=at - timedelta(minutes=15))
    services.draft_totp(user=stranger, at=at)
    assert (services.forget_drafts(at=at), services.forget_drafts(at=at)) == (1, 0)
    assert SecondFactorDraft.objects.get().user == stranger


def test_the_password_alone_no_longer_signs_in(owner, equip):
    phone = equip(owner)
    with pytest.raises(services.OtpRequired):
        log_in()
    with pytest.raises(services.OtpInvalid):
        log_in(otp=phone.wrong_code())
    assert not Session.objects.exists()
    assert log_in(otp=phone.code()).session.user == owner


def test_a_code_without_the_password_is_worth_nothing_and_is_not_spent(owner, equip):
    code = equip(owner).code()
    with pytest.raises(services.LoginFailed):
        log_in(otp=code, password="wrong")
    assert log_in(otp=code)


def test_a_code_is_good_once_and_so_is_every_older_one(owner, at, equip):
    phone = equip(owner)
    older, newer = phone.code(at - STEP), phone.code(at)
    assert services.spend_otp(user=owner, otp=newer, at=at)
    assert not services.spend_otp(user=owner, otp=newer, at=at)
    assert not services.spend_otp(user=owner, otp=older, at=at)
    assert services.spend_otp(user=owner, otp=phone.code(at + STEP), at=at)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_be_half_a_minute_apart(owner, at, equip, steps, good):
    # From the middle of a step, so that the number of steps between the two is exact.
    at = at.fromtimestamp(int(at.timestamp()) // 30 * 30 + 15, tz=at.tzinfo)
    assert services.spend_otp(user=owner, otp=equip(owner).code(at + steps * STEP), at=at) is good


def test_the_code_that_turned_it_on_signs_nobody_in(owner, at):
    secret = services.draft_totp(user=owner, at=at).secret
    code = Phone(secret).code(at)
    services.add_second_factor(user=owner, otp=code, at=at)
    assert not services.spend_otp(user=owner, otp=code, at=at)


def test_a_recovery_code_is_good_once_however_it_is_typed(owner, at, equip):
    first, second, *rest = equip(owner).recovery_codes
    assert services.spend_otp(user=owner, otp=first, at=at)
    assert not services.spend_otp(user=owner, otp=first, at=at)
    assert services.spend_otp(user=owner, otp=f" {second.replace('-', ' ').upper()} ", at=at)
    assert all(services.spend_otp(user=owner, otp=code, at=at) for code in rest)


def test_new_recovery_codes_make_the_old_ones_worthless(owner, at, equip):
    [old, *_] = equip(owner).recovery_codes
    with emitted() as events:
        codes = services.make_recovery_codes(user=owner, at=at)
    assert events == [RecoveryCodesMade(user_id=owner.pk)]
    assert not services.spend_otp(user=owner, otp=old, at=at)
    assert services.spend_otp(user=owner, otp=codes[-1], at=at)


def test_who_has_no_factor_has_no_recovery_codes(owner, at):
    with pytest.raises(services.SecondFactorOff):
        services.make_recovery_codes(user=owner, at=at)
    assert not services.spend_otp(user=owner, otp="000000", at=at)


def test_a_code_of_somebody_else_is_worth_nothing(owner, stranger, at, equip):
    equip(owner)
    phone = equip(stranger)
    assert not services.spend_otp(user=owner, otp=phone.recovery_codes[0], at=at)
    assert services.spend_otp(user=stranger, otp=phone.recovery_codes[0], at=at)


def test_removing_it_signs_out_everywhere_and_twice_is_once(owner, at, equip):
    phone = equip(owner)
    kept = open_session(user=User.objects.get(pk=owner.pk), device=DEVICE, at=at).session
    other = open_session(user=User.objects.get(pk=owner.pk), device=DEVICE, at=at).session
    with emitted() as events:
        assert services.remove_second_factor(user=owner, keep=kept, at=at)
        assert not services.remove_second_factor(user=owner, keep=kept, at=at)
    assert events == [SessionEnded(session_id=str(other.pk), user_id=owner.pk), SecondFactorRemoved(user_id=owner.pk)]
    assert [session.pk for session in Session.objects.alive(at=at)] == [kept.pk]
    assert not Authenticator.objects.exists()
    assert not services.spend_otp(user=owner, otp=phone.recovery_codes[0], at=at)
    assert log_in().session.user == owner


def test_no_secret_and_no_code_stands_readable_in_the_database(owner, equip):
    phone = equip(owner)
    rows = " ".join(str(row.data) for row in Authenticator.objects.all())
    assert phone.secret not in rows
    assert not [code for code in phone.recovery_codes if code in rows or code.replace("-", "") in rows]


def test_a_changed_secret_key_reads_what_the_one_before_sealed_and_seals_it_anew(owner, at, equip, settings):
    phone = equip(owner)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "x" * 40
    assert services.spend_otp(user=owner, otp=phone.code(at), at=at)
    settings.SECRET_KEY_FALLBACKS = []
    assert services.spend_otp(user=owner, otp=phone.code(at + STEP), at=at)


def test_what_was_sealed_under_a_key_that_is_gone_opens_nothing_and_is_logged(owner, at, equip, settings, caplog):
    phone = equip(owner)
    settings.SECRET_KEY = "another-" + "x" * 40
    assert not services.spend_otp(user=owner, otp=phone.code(at), at=at)
    assert "second_factor_unreadable" in caplog.text


def test_what_is_sealed_for_one_purpose_opens_for_no_other():
    sealed = seal("a secret", purpose="one")
    assert unseal(sealed, purpose="one") == "a secret"
    with pytest.raises(Unreadable):
        unseal(sealed, purpose="another")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_of_many_who_bring_one_code_at_once_one_gets_in(owner, at, equip, patient_locks, kind):
    phone = equip(owner)
    code = phone.code(at) if kind == "totp" else phone.recovery_codes[3]
    results = race(*[lambda: services.spend_otp(user=owner, otp=code, at=at)] * 8)
    assert sorted(results) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_whoever_signs_in_by_password_while_it_is_turned_on_ends_up_outside(owner, at, patient_locks):
    secret = services.draft_totp(user=owner, at=at).secret
    code = Phone(secret).code(at)
    results = race(log_in, lambda: services.add_second_factor(user=owner, otp=code, at=at), log_in)
    assert isinstance(results[1], list), results
    assert not Session.objects.alive(at=timezone.now()).exists()
