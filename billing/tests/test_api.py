"""Plans and usage over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.views import APIView

from accounts.services import set_plan
from billing import services
from billing.cards import plan_card, usage_card
from billing.models import Plan
from billing.queries import consumption
from billing.serializers import PlanCard, UsageDetail
from billing.tests.conftest import make_plan
from config.lib.problems import problem_handler

pytestmark = pytest.mark.django_db

PLANS, USAGE = "/api/v1/billing/plans/", "/api/v1/billing/usage/"
EVERYTHING = {"ad_free": True, "offline": True, "full_length": True, "high_quality": True}


def test_the_plans_on_offer_are_listed_the_smallest_first_for_anybody(api, limit):
    limit(upload_minutes=180, storage_bytes=10**9)
    make_plan("label", position=2, monthly_price=900, yearly_price=9_000, currency="USD")
    make_plan("studio", position=1, monthly_price=500)
    make_plan("attic", is_archived=True)
    answer = api.get(PLANS)
    assert answer.status_code == 200
    free, studio, label = answer.json()["results"]
    assert free == {
        "code": "free",
        "kind": "plan",
        "name": "Free",
        "is_default": True,
        "limits": {
            "upload_ms": 10_800_000,
            "storage_bytes": 10**9,
            "per_upload_ms": None,
            "per_upload_bytes": None,
            "downloads_per_day": None,
        },
        "entitlements": EVERYTHING,
        "prices": [],
    }
    assert (studio["code"], studio["prices"]) == ("studio", [{"interval": "month", "amount": 500, "currency": "EUR"}])
    assert (label["code"], label["is_default"]) == ("label", False)
    assert label["prices"] == [
        {"interval": "month", "amount": 900, "currency": "USD"},
        {"interval": "year", "amount": 9_000, "currency": "USD"},
    ]


def test_pages_of_plans_follow_each_other(api, default_plan):
    for code in ("studio", "label"):
        make_plan(code)
    codes, address = [], f"{PLANS}?limit=1"
    while address:
        page = api.get(address).json()
        codes += [plan["code"] for plan in page["results"]]
        address = page["next"]
    assert codes == ["free", "studio", "label"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_for_any_number_of_plans(api, default_plan, django_assert_num_queries, count):
    for number in range(count - 1):
        make_plan(f"plan-{number}")
    with django_assert_num_queries(1):
        assert len(api.get(PLANS).json()["results"]) == count


@pytest.mark.parametrize("address", [PLANS, USAGE])
def test_words_that_nobody_reads_are_refused(sign_in, owner, address):
    client = sign_in(owner)
    client.problem(client.get(address, {"colour": "red"}), status=400, code="invalid")


def test_whoever_has_uploaded_nothing_has_used_nothing(sign_in, owner, limit):
    limit(upload_minutes=1, storage_bytes=500, minutes_per_upload=2, bytes_per_upload=400, downloads_per_day=3)
    answer = sign_in(owner).get(USAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    resets_at = body["downloads"].pop("resets_at")
    assert resets_at.endswith("T00:00:00Z")
    assert body == {
        "plan": "free",
        "upload": {"used_ms": 0, "reserved_ms": 0, "limit_ms": 60_000},
        "storage": {"used_bytes": 0, "reserved_bytes": 0, "limit_bytes": 500},
        "per_upload": {"limit_ms": 120_000, "limit_bytes": 400},
        "downloads": {"used": 0, "limit": 3},
    }


def test_usage_is_ones_own_and_of_today(sign_in, owner, stranger, at):
    key = uuid4()
    for user, its_key in ((owner, key), (owner, uuid4()), (stranger, uuid4())):
        services.reserve_upload(user=user, key=its_key, size_bytes=100, duration_ms=1_000, at=at)
    services.settle_upload(key=key, size_bytes=120, duration_ms=900, at=at)
    services.count_download(user=owner, at=at - timedelta(days=1))
    services.count_download(user=stranger, at=timezone.now())
    make_plan("studio", storage_bytes=1_000)
    set_plan(user_id=owner.pk, plan="studio")
    body = sign_in(owner).get(USAGE).json()
    assert body["plan"] == "studio"
    assert body["upload"] == {"used_ms": 900, "reserved_ms": 1_000, "limit_ms": None}
    assert body["storage"] == {"used_bytes": 120, "reserved_bytes": 100, "limit_bytes": 1_000}
    assert body["downloads"]["used"] == 0
    assert sign_in(stranger).get(USAGE).json()["downloads"]["used"] == 1


def test_usage_is_two_queries(owner, at, django_assert_num_queries):
    with django_assert_num_queries(2):
        consumption(user=owner, at=at)


def test_over_a_limit_the_answer_is_402_with_the_limit_what_is_used_and_the_plan_that_lifts_it(owner, limit, at, rf):
    limit(storage_bytes=99)
    make_plan("studio", position=1)
    with pytest.raises(services.OverQuota) as refused:
        services.reserve_upload(user=owner, key=uuid4(), size_bytes=100, at=at)
    request = APIView().initialize_request(rf.post("/api/v1/tracks/"))
    answer = problem_handler(refused.value, {"request": request})
    body = answer.content.decode()
    assert answer.status_code == 402
    assert '"code":"over_quota"' in body
    assert '"limit":"storage_bytes","allowed":99,"used":0,"requested":100,"plan":"free","lifted_by":"studio"' in body


def test_cards_and_their_declarations_have_the_same_keys_and_types(owner, at, default_plan):
    make_plan("studio", monthly_price=500)
    cards = [(plan_card(plan), PlanCard) for plan in Plan.objects.all()]
    cards.append((usage_card(consumption(user=owner, at=at)), UsageDetail))
    for card, declared in cards:
        assert list(card) == list(declared().fields)
        shown = declared(card).data
        for name in card:
            if name != "downloads":
                assert shown[name] == card[name], name
        nested = [name for name, value in card.items() if isinstance(value, dict)]
        assert all(list(card[name]) == list(declared().fields[name].fields) for name in nested)


def test_me_names_the_plan_that_was_given(sign_in, owner, default_plan):
    assert sign_in(owner).get("/api/v1/me/").json()["plan"] == ""
    set_plan(user_id=owner.pk, plan="studio")
    assert sign_in(owner).get("/api/v1/me/").json()["plan"] == "studio"
