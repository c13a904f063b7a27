"""Staff write plans, through the services, and look at ledgers."""

from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from billing import services
from billing.models import Plan, Reservation, Usage
from billing.tests.conftest import make_plan

pytestmark = pytest.mark.django_db

LIST, ADD = "admin:billing_plan_changelist", "admin:billing_plan_add"


def form(**says) -> dict[str, object]:
    return {"code": "studio", "name": "Studio", "position": 1, "currency": "EUR", "ad_free": "on"} | says


def page_of(plan: Plan) -> str:
    return reverse("admin:billing_plan_change", args=[plan.pk])


def act(client, action: str, *plans: Plan):
    body = {"action": action, "_selected_action": [plan.pk for plan in plans]}
    return client.post(reverse(LIST), body, follow=True).content.decode()


def test_staff_adds_a_plan(admin_client, default_plan):
    answer = admin_client.post(reverse(ADD), form(storage_bytes=500, is_default="on", is_archived="on"))
    assert answer.status_code == 302, answer.content
    plan = Plan.objects.get(code="studio")
    assert (plan.storage_bytes, plan.upload_minutes, plan.ad_free, plan.offline) == (500, None, True, False)
    assert not plan.is_default
    assert not plan.is_archived


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "No Code"}, "A code has a-z, 0-9, - and _"),
        ({"code": "free"}, "Another plan has this code."),
        ({"currency": "eur"}, "A currency has three capital letters."),
        ({"storage_bytes": "-1"}, "greater than or equal to 0"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_form_that_says_nonsense_is_shown_again_with_a_sentence(admin_client, default_plan, wrong, sentence):
    answer = admin_client.post(reverse(ADD), form(**wrong))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Plan.objects.count() == 1


def test_staff_changes_what_a_plan_says_and_neither_its_code_nor_its_standing(admin_client, default_plan):
    answer = admin_client.post(page_of(default_plan), form(name="Gratis", upload_minutes=7, code="other"))
    assert answer.status_code == 302, answer.content
    plan = Plan.objects.get()
    assert (plan.code, plan.name, plan.upload_minutes, plan.is_default) == ("free", "Gratis", 7, True)


def test_standing_is_changed_by_actions_and_each_is_in_the_plans_history(admin_client, default_plan):
    studio = make_plan("studio")
    act(admin_client, "make_default", studio)
    assert Plan.objects.get(is_default=True) == studio
    assert "make another one the default first" in act(admin_client, "archive", studio)
    act(admin_client, "archive", default_plan)
    assert Plan.objects.get(pk=default_plan.pk).is_archived
    act(admin_client, "offer", default_plan)
    assert not Plan.objects.get(pk=default_plan.pk).is_archived
    history = list(LogEntry.objects.order_by("pk").values_list("object_repr", "change_message"))
    assert history == [("studio", "make_default"), ("free", "archive_plan"), ("free", "offer_plan")]


def test_one_plan_at_a_time_becomes_the_default(admin_client, default_plan):
    studio = make_plan("studio")
    assert "Choose one plan." in act(admin_client, "make_default", default_plan, studio)
    assert Plan.objects.get(is_default=True) == default_plan


def test_no_plan_is_deleted(admin_client, default_plan):
    assert admin_client.post(reverse("admin:billing_plan_delete", args=[default_plan.pk])).status_code == 403
    act(admin_client, "delete_selected", default_plan)
    assert Plan.objects.exists()


def test_staff_without_the_right_looks_and_writes_nothing(client, make_user, default_plan):
    moderator = make_user("moderator", is_staff=True)
    moderator.user_permissions.add(Permission.objects.get(codename="view_plan"))
    client.force_login(moderator)
    assert client.get(reverse(LIST)).status_code == 200
    assert client.post(reverse(ADD), form()).status_code == 403
    assert client.post(page_of(default_plan), form()).status_code == 403
    act(client, "offer", default_plan)
    assert Plan.objects.get().name == "Free"
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("model", [Usage, Reservation])
def test_ledgers_are_looked_at_and_not_written(admin_client, owner, at, model):
    services.reserve_upload(user=owner, key=uuid4(), size_bytes=1, at=at)
    base, row = f"admin:billing_{model._meta.model_name}", model.objects.get()
    for address in (reverse(f"{base}_changelist"), reverse(f"{base}_change", args=[row.pk])):
        assert admin_client.get(address, {"q": "own"} if "change/" not in address else {}).status_code == 200
    for name, arguments in (("add", []), ("change", [row.pk]), ("delete", [row.pk])):
        assert admin_client.post(reverse(f"{base}_{name}", args=arguments), {}).status_code == 403


def test_rows_speak(owner, at, default_plan):
    row = services.reserve_upload(user=owner, key="0" * 32, size_bytes=1, at=at)
    said = [str(default_plan), str(Usage.objects.get()), str(Reservation.objects.get(pk=row.pk))]
    assert said == ["free", f"usage of {owner.pk}", "00000000-0000-0000-0000-000000000000 (reserved)"]
