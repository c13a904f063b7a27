"""What the site says of itself: the settings until staff writes the one row, through a service."""

import contextlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import services
from accounts.events import InstanceChanged
from accounts.models import Instance
from accounts.queries import instance
from config.lib.testing import emitted, race

pytestmark = pytest.mark.django_db

PAGE = "/admin/accounts/instance/1/change/"


def say(owner, **words) -> Instance:
    says = instance()
    for name, value in words.items():
        setattr(says, name, value)
    return services.change_instance(says=says, by=owner)


def test_until_somebody_writes_it_the_settings_stand(settings):
    settings.INSTANCE_NAME, settings.TERMS_VERSION = "Fjord", "7"
    site = instance()
    assert (site.name, site.terms_version, site.registration, site.invites_a_month) == ("Fjord", "7", "open", 0)
    assert not Instance.objects.exists()


def test_once_written_the_row_stands_and_the_settings_do_not(owner, settings):
    with emitted() as events:
        say(owner, name="Fjord", rules="Be kind.\n\n  No spam. \n")
    settings.INSTANCE_NAME = "Earshot"
    assert (instance().name, instance().rule_list) == ("Fjord", ["Be kind.", "No spam."])
    assert events == [InstanceChanged(by_id=owner.pk, fields=["name", "rules"])]
    assert str(instance()) == "Fjord"


def test_what_changes_nothing_is_not_told(owner):
    say(owner, name="Fjord")
    with emitted() as events:
        say(owner, name="Fjord")
    assert events == []


def test_what_is_rolled_back_is_not_told(owner):
    with emitted() as events, contextlib.suppress(ZeroDivisionError), transaction.atomic():
        say(owner, name="Fjord")
        raise ZeroDivisionError
    assert (events, Instance.objects.exists()) == ([], False)


@pytest.mark.parametrize(
    "words", [{"name": ""}, {"terms_version": ""}, {"registration": "ajar"}, {"logo_url": "javascript:alert(1)"}]
)
def test_nonsense_is_not_written(owner, words):
    with emitted() as events, pytest.raises(ValidationError):
        say(owner, **words)
    assert (events, Instance.objects.exists()) == ([], False)


def test_there_is_one_row():
    Instance.objects.create(name="Fjord", terms_version="1")
    with pytest.raises(IntegrityError):
        Instance.objects.create(id=2, name="Bay", terms_version="1")


@pytest.mark.django_db(transaction=True)
def test_two_who_write_it_for_the_first_time_at_once_write_one_row(owner):
    results = race(*[lambda name=name: say(owner, name=name) for name in ("Fjord", "Bay", "Cove", "Loch")])
    assert all(isinstance(result, Instance) for result in results), results
    assert Instance.objects.get().name in {"Fjord", "Bay", "Cove", "Loch"}


def form(**says) -> dict[str, object]:
    return {"name": "Fjord", "terms_version": "2", "registration": "open", "invites_a_month": 0} | says


def test_staff_writes_it_on_one_page(admin_client, admin_user):
    assert admin_client.get(reverse("admin:accounts_instance_changelist"))["Location"] == PAGE
    assert b"Earshot" in admin_client.get(PAGE).content
    with emitted() as events:
        answer = admin_client.post(PAGE, form(rules="Be kind."))
    assert answer.status_code == 302, answer.content
    assert (instance().name, instance().terms_version, instance().rule_list) == ("Fjord", "2", ["Be kind."])
    assert events == [InstanceChanged(by_id=admin_user.pk, fields=["name", "rules", "terms_version"])]
    assert b"Be kind." in admin_client.get(PAGE).content


def test_the_page_shows_nonsense_again_with_a_sentence(admin_client):
    answer = admin_client.post(PAGE, form(logo_url="ftp://example.org", name=""))
    assert answer.status_code == 200
    assert b"Enter a valid URL." in answer.content
    assert not Instance.objects.exists()


def test_there_is_no_other_page_and_no_way_to_delete_it(admin_client, owner):
    say(owner, name="Fjord")
    assert admin_client.get(PAGE.replace("1", "2")).status_code == 302
    assert admin_client.post(PAGE.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert admin_client.post("/admin/accounts/instance/add/", form()).status_code == 403
    assert Instance.objects.exists()
