"""Plans: what they grant, who has which, and what staff may do to them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.services import set_plan
from billing import services
from billing.entitlements import Features, Limits
from billing.models import Plan
from billing.queries import entitlements, plan_that_lifts
from billing.tests.conftest import make_plan
from config.lib.testing import race
from config.lib.viewer import Viewer

pytestmark = pytest.mark.django_db

ALL = Features(ad_free=True, offline=True, full_length=True, high_quality=True)


@pytest.fixture
def studio(default_plan) -> Plan:
    return make_plan("studio", position=1, upload_minutes=2, storage_bytes=500, downloads_per_day=9, offline=False)


def test_the_migration_makes_one_plan_for_everybody_and_leaves_an_operators_alone():
    Plan.objects.all().delete()
    migration = import_module("billing.migrations.0003_default_plan")
    for _ in range(2):
        migration.make_default_plan(apps, None)
    plan = Plan.objects.get()
    assert (plan.code, plan.is_default, plan.upload_minutes, plan.storage_bytes) == ("free", True, 1800, 20 * 1000**3)
    assert plan.features == ALL
    assert plan.limits.upload_ms * 44.1 * 2 * 2 < plan.storage_bytes, "thirty hours of CD sound fit"


def test_whoever_has_no_plan_of_their_own_has_the_default_one(owner, studio, default_plan):
    for user in (owner, AnonymousUser()):
        granted = entitlements(user)
        assert (granted.plan, granted.features) == ("free", ALL)
        assert granted.limits == default_plan.limits


def test_a_plan_that_an_account_names_counts_whatever_the_person_in_memory_says(owner, studio):
    assert set_plan(user_id=owner.pk, plan="studio")
    granted = entitlements(owner)
    assert granted.plan == "studio"
    assert granted.limits == Limits(
        upload_ms=120_000, storage_bytes=500, per_upload_ms=None, per_upload_bytes=None, downloads_per_day=9
    )
    assert not granted.features.offline


@pytest.mark.parametrize(("code", "has"), [("gone", "free"), ("", "free"), ("free", "free"), ("attic", "attic")])
def test_an_archived_plan_stays_with_its_people_and_one_that_is_gone_falls_back(owner, studio, code, has):
    make_plan("attic", is_archived=True)
    set_plan(user_id=owner.pk, plan=code)
    assert entitlements(owner).plan == has


def test_entitlements_are_one_query(owner, studio, django_assert_num_queries):
    set_plan(user_id=owner.pk, plan="studio")
    with django_assert_num_queries(1):
        entitlements(owner)


def test_minutes_become_milliseconds_and_nothing_stays_unlimited():
    plan = Plan(upload_minutes=3, minutes_per_upload=2, bytes_per_upload=7)
    assert plan.limits == Limits(
        upload_ms=180_000, storage_bytes=None, per_upload_ms=120_000, per_upload_bytes=7, downloads_per_day=None
    )


def test_only_what_is_offered_is_seen(owner, studio):
    make_plan("attic", is_archived=True)
    for viewer in (Viewer(user=owner), Viewer(user=AnonymousUser())):
        assert set(Plan.objects.visible_to(viewer).values_list("code", flat=True)) == {"free", "studio"}


@pytest.mark.parametrize(
    ("needed", "lifts"), [(400, "studio"), (500, "studio"), (501, "label"), (10**12, "label"), (10**15, None)]
)
def test_the_smallest_plan_with_room_lifts_a_limit(limit, studio, needed, lifts):
    limit(storage_bytes=100)
    make_plan("attic", storage_bytes=None, is_archived=True)
    make_plan("label", position=2, storage_bytes=10**12)
    assert plan_that_lifts(limit="storage_bytes", needed=needed) == lifts


def test_no_limit_at_all_lifts_every_limit(limit, studio):
    limit(storage_bytes=100)
    assert plan_that_lifts(limit="per_upload_bytes", needed=10**15) == "free"


BROKEN = {
    "one_default_plan": {"is_default": True},
    "default_plan_is_offered": {"is_default": True, "is_archived": True},
    "plan_code_once": {"code": "free"},
    "plan_code_grammar": {"code": "Free of charge"},
    "plan_currency_grammar": {"currency": "eur"},
}


@pytest.mark.parametrize("rule", BROKEN)
def test_the_schema_holds_the_rule(default_plan, rule):
    if rule == "default_plan_is_offered":
        Plan.objects.all().delete()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Plan.objects.create(**{"code": "other", "name": "Other"} | BROKEN[rule])


@pytest.mark.parametrize("wrong", [{"code": "Bad code"}, {"code": ""}, {"currency": "euro"}, {"name": ""}])
def test_a_plan_that_says_nonsense_is_refused_in_words(default_plan, wrong):
    with pytest.raises(ValidationError) as refused:
        services.add_plan(plan=Plan(**{"code": "other", "name": "Other"} | wrong))
    assert refused.value.messages
    assert Plan.objects.count() == 1


def test_a_change_writes_what_the_offer_says_and_neither_its_code_nor_its_standing(default_plan, studio):
    stale = Plan.objects.get(pk=default_plan.pk)
    services.make_default(plan=studio)
    stale.name, stale.code, stale.upload_minutes = "Gratis", "gratis", 7
    services.change_plan(plan=stale)
    plan = Plan.objects.get(pk=default_plan.pk)
    assert (plan.name, plan.code, plan.upload_minutes, plan.is_default) == ("Gratis", "free", 7, False)
    assert Plan.objects.get(is_default=True) == studio


def test_a_new_limit_holds_for_the_next_upload(owner, limit, at):
    limit(storage_bytes=10)
    with pytest.raises(services.OverQuota):
        services.reserve_upload(user=owner, key="0" * 32, size_bytes=11, at=at)
    plan = Plan.objects.get()
    plan.storage_bytes = 11
    services.change_plan(plan=plan)
    assert services.reserve_upload(user=owner, key="0" * 32, size_bytes=11, at=at)


def test_another_default_is_on_offer_and_the_only_one_and_twice_is_once(default_plan):
    studio = make_plan("studio", is_archived=True)
    for _ in range(2):
        plan = services.make_default(plan=studio)
        assert (plan.is_default, plan.is_archived) == (True, False)
        assert Plan.objects.get(is_default=True) == studio


def test_the_default_plan_cannot_be_archived_and_others_can_and_come_back(default_plan, studio):
    with pytest.raises(services.DefaultPlanNeeded, match="has free"):
        services.archive_plan(plan=default_plan)
    for _ in range(2):
        assert services.archive_plan(plan=studio).is_archived
    for _ in range(2):
        assert not services.offer_plan(plan=studio).is_archived


@pytest.mark.django_db(transaction=True)
def test_whoever_chooses_and_archives_at_once_leaves_one_default_on_offer(default_plan, patient_locks):
    plans = [default_plan, *[make_plan(f"plan-{letter}") for letter in "abc"]]
    for _ in range(5):
        moves = [lambda plan=plan: services.make_default(plan=plan) for plan in plans]
        moves += [lambda plan=plan: services.archive_plan(plan=plan) for plan in plans]
        results = race(*moves)
        strange = [one for one in results if not isinstance(one, Plan | services.DefaultPlanNeeded)]
        assert strange == []
        assert not Plan.objects.get(is_default=True).is_archived


def test_usage_rows_leave_room_in_their_pages():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'billing_usage'")
        assert cursor.fetchone() == (["fillfactor=70"],)
