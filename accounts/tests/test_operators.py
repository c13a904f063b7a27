"""What an operator has: the command line and the admin."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import PersonalToken, Session, User, UserCounts, UsernameChange, UsernameClaim
from conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(at) -> User:
    return services.add_staff(email="moderator@example.org", username="moderator", password=PASSWORD, at=at)


@pytest.fixture
def desk(moderator) -> Client:
    """The admin, entered through its door."""
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": "moderator", "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def create_superuser(monkeypatch, username: str) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, username=username, email="Chief@Example.org", stdout=StringIO())


def test_createsuperuser_makes_a_person_who_can_sign_in(monkeypatch, api):
    create_superuser(monkeypatch, "Chief")
    chief = User.objects.get(username="chief")
    assert chief.email == "chief@example.org"
    assert UserCounts.objects.filter(user=chief).exists()
    assert UsernameClaim.objects.get(name="chief").user == chief
    assert api.post("/api/v1/auth/login/", {"login": "chief", "password": PASSWORD}).status_code == 200
    assert Client().login(username="chief@example.org", password=PASSWORD)


def test_createsuperuser_twice_is_once(monkeypatch):
    create_superuser(monkeypatch, "chief")
    with pytest.raises((services.UsernameUnavailable, CommandError)):
        create_superuser(monkeypatch, "chief")
    assert User.objects.get_queryset().count() == 1


def test_createsuperuser_needs_a_name_of_the_grammar(monkeypatch):
    with pytest.raises((services.UsernameUnavailable, CommandError)):
        create_superuser(monkeypatch, "no name")
    assert not User.objects.get_queryset().exists()


@pytest.mark.parametrize("name", ["owner", "suspended"])
def test_the_admin_lets_nobody_in_but_staff(request, name):
    user = request.getfixturevalue(name)
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 200
    assert client.get("/admin/").status_code == 302


def test_a_suspended_moderator_is_out_at_the_next_click(desk, moderator):
    assert desk.get("/admin/").status_code == 200
    User.objects.filter(pk=moderator.pk).update(is_active=False)
    assert desk.get("/admin/").status_code == 302


MODELS = (User, UserCounts, UsernameChange, UsernameClaim, PersonalToken, Session, EmailAddress, Authenticator)


@pytest.mark.parametrize("model", MODELS)
def test_the_admin_shows_accounts_and_changes_none(desk, owner, personal_token, equip, model, at):
    equip(owner)
    owner.refresh_from_db()
    personal_token(owner, "read")
    services.change_username(user=owner, username="owner-too", at=at)
    row = model._default_manager.first()
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert desk.get(reverse(f"{base}_changelist")).status_code == 200
    assert desk.get(reverse(f"{base}_changelist"), {"q": "own"}).status_code == 200
    address = reverse(f"{base}_change", args=[row.pk])
    assert desk.get(address).status_code == 200
    for attempt in (address, reverse(f"{base}_delete", args=[row.pk]), reverse(f"{base}_add")):
        assert desk.post(attempt, {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()
    actions = admin.site.get_model_admin(model).get_actions(desk.get("/admin/").wsgi_request)
    assert set(actions) == ({"grant_badge", "withdraw_badge"} if model is User else set())


def test_the_admin_shows_neither_password_hashes_nor_token_ids_nor_secrets(desk, owner, sign_in, session_of, equip):
    equip(owner)
    owner.refresh_from_db()
    sign_in(owner)
    for factor in Authenticator.objects.all():
        page = desk.get(reverse("admin:mfa_authenticator_change", args=[factor.pk])).content.decode()
        assert not [
            sealed for sealed in (factor.data.get("secret"), *factor.data.get("codes", [])) if sealed and sealed in page
        ]
    session = session_of(owner)
    page = desk.get(reverse("admin:accounts_user_change", args=[owner.pk])).content.decode()
    assert owner.password not in page
    assert owner.password.split("$")[-1] not in page
    page = desk.get(reverse("admin:accounts_session_change", args=[session.pk])).content.decode()
    assert session.refresh_jti not in page
    row, _ = services.issue_personal_token(session=session, label="script", scopes=["read"], at=timezone.now())
    page = desk.get(reverse("admin:accounts_personaltoken_change", args=[row.pk])).content.decode()
    assert row.digest not in page


def test_staff_gives_the_tick_and_takes_it_and_both_stay_on_record(desk, moderator, owner):
    for act, ticked in (("grant_badge", True), ("withdraw_badge", False)):
        body = {"action": act, "_selected_action": [owner.pk]}
        assert desk.post(reverse("admin:accounts_user_changelist"), body).status_code == 302
        assert User.objects.get(pk=owner.pk).verified_badge is ticked
    log = LogEntry.objects.filter(object_id=owner.pk, user=moderator).order_by("pk")
    assert list(log.values_list("change_message", flat=True)) == ["grant_badge", "withdraw_badge"]


def test_staff_who_may_only_look_at_people_gives_no_tick(desk, moderator, owner):
    User.objects.filter(pk=moderator.pk).update(is_superuser=False)
    moderator.user_permissions.add(Permission.objects.get(codename="view_user"))
    desk.post(reverse("admin:accounts_user_changelist"), {"action": "grant_badge", "_selected_action": [owner.pk]})
    assert not User.objects.get(pk=owner.pk).verified_badge


def test_the_admin_tells_living_sessions_from_those_that_are_over(desk, owner, stranger, sign_in, session_of, at):
    for user in (owner, owner, stranger):
        sign_in(user)
    over = session_of(owner)
    services.end_session(session=over, at=at)
    base = reverse("admin:accounts_session_changelist")
    pages = {name: desk.get(base, {"alive": name} if name else {}) for name in ("", "yes", "no")}
    shown = {name: [session.pk for session in page.context["cl"].queryset] for name, page in pages.items()}
    assert shown["no"] == [over.pk]
    assert sorted(shown[""]) == sorted([*shown["yes"], over.pk])
    assert len(shown["yes"]) == 2
    page = desk.get(reverse("admin:accounts_user_change", args=[owner.pk]))
    [inline] = page.context["inline_admin_formsets"]
    assert [form.instance.user for form in inline.formset.forms] == [owner]
    assert over not in [form.instance for form in inline.formset.forms]


@pytest.mark.parametrize(
    ("name", "sentence"), [("Bad Name!", "A username has 3 to 30 of a-z"), ("kept", "The name kept is not to be had")]
)
def test_createsuperuser_says_in_a_sentence_what_is_wrong_with_a_name(at, monkeypatch, name, sentence):
    services.claim_username(name="kept", user=None, expires_at=at + timedelta(days=1), at=at)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match=sentence):
        call_command("createsuperuser", "--noinput", "--username", name, "--email", "keeper@example.org")
    assert not User.objects.filter(is_staff=True).exists()
