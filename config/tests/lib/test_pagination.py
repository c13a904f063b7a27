"""Cursor pages: full or last, stable whatever happens in between."""

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing

from accounts.models import User
from config.lib.pagination import LatestPublished, NewestFirst, Place, beyond, reversed_ordering

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.tests.lib.probes")]

PEOPLE, ROWS = "/api/probe/people/", "/api/probe/rows/"


@pytest.fixture
def crowd(db, at):
    """Makes people; `spacing` apart, the last one is the newest."""

    def make(count: int, *, spacing: timedelta = timedelta(seconds=1), prefix: str = "person", **fields) -> list[str]:
        people = [
            User(
                username=f"{prefix}-{index:03}",
                email=f"{prefix}-{index}@example.org",
                created_at=at + index * spacing,
                verified_at=at,
                **fields,
            )
            for index in range(count)
        ]
        User.objects.get_queryset().bulk_create(people)
        return [person.username for person in people]

    return make


def names(body: dict) -> list[str]:
    return [person["username"] for person in body["results"]]


def walk(api, url: str | None, *, link: str = "next") -> list[list[str]]:
    """The names of each page, along its links."""
    pages = []
    while url:
        answer = api.get(url)
        assert answer.status_code == 200, answer.content
        pages.append(names(answer.json()))
        url = answer.json()[link]
        assert len(pages) < 100
    return pages


def flat(pages: list[list[str]]) -> list[str]:
    return [name for page in pages for name in page]


def last_page(api, url: str) -> str:
    while following := api.get(url).json()["next"]:
        url = following
    return url


@pytest.mark.parametrize("path", [PEOPLE, ROWS])
@pytest.mark.parametrize("spacing", [timedelta(seconds=1), timedelta(0)], ids=["apart", "all at once"])
@pytest.mark.parametrize("limit", [1, 3, 4, 7, 12, 13])
def test_the_pages_hold_everything_once_and_all_but_the_last_are_full(api, crowd, path, spacing, limit):
    everybody = crowd(12, spacing=spacing)[::-1]
    pages = walk(api, f"{path}?limit={limit}")
    assert flat(pages) == everybody
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert pages[-1]


@pytest.mark.parametrize("spacing", [timedelta(seconds=1), timedelta(0)], ids=["apart", "all at once"])
def test_the_way_back_shows_the_same_people_in_the_same_order(api, crowd, spacing):
    everybody = crowd(10, spacing=spacing)[::-1]
    pages = walk(api, last_page(api, f"{PEOPLE}?limit=3"), link="previous")
    assert pages[0] == everybody[9:]
    assert all(len(page) == 3 for page in pages[1:])
    assert [pages[-1], pages[-2], pages[-3]] == [everybody[0:3], everybody[3:6], everybody[6:9]]


def test_back_and_forth_ends_where_it_began(api, crowd):
    crowd(9)
    first = api.get(f"{PEOPLE}?limit=3").json()
    second = api.get(first["next"]).json()
    again = api.get(second["previous"]).json()
    assert names(again) == names(first)
    assert names(api.get(again["next"]).json()) == names(second)
    assert (first["previous"], again["previous"]) == (None, None)


def test_a_thousand_and_more_at_the_same_moment_are_still_walked_to_the_end(api, crowd):
    everybody = crowd(1_150, spacing=timedelta(0))[::-1]
    assert flat(walk(api, f"{ROWS}?limit=100")) == everybody


@pytest.mark.parametrize("spacing", [timedelta(seconds=1), timedelta(0)], ids=["apart", "all at once"])
def test_newcomers_shift_no_page(api, crowd, spacing):
    everybody = crowd(6, spacing=spacing)[::-1]
    first = api.get(f"{PEOPLE}?limit=3").json()
    crowd(4, prefix="newcomer", spacing=spacing)
    User.objects.filter(username__startswith="newcomer").update(
        created_at=User.objects.get(username=everybody[0]).created_at
    )
    assert names(api.get(first["next"]).json()) == everybody[3:]


def test_who_leaves_takes_nobody_along(api, crowd):
    everybody = crowd(6)[::-1]
    first = api.get(f"{PEOPLE}?limit=3").json()
    User.objects.get_queryset().filter(username__in=everybody[2:4]).delete()
    assert names(api.get(first["next"]).json()) == everybody[4:]


def test_near_the_start_the_page_before_is_the_first_one_and_full(api, crowd):
    everybody = crowd(6)[::-1]
    second = api.get(api.get(f"{PEOPLE}?limit=3").json()["next"]).json()
    User.objects.get_queryset().filter(username=everybody[0]).delete()
    before = api.get(second["previous"]).json()
    assert names(before) == everybody[1:4]
    assert before["previous"] is None


def test_where_nobody_is_left_the_page_before_is_the_last_one(api, crowd):
    everybody = crowd(6)[::-1]
    second = api.get(api.get(f"{PEOPLE}?limit=2").json()["next"]).json()
    User.objects.get_queryset().filter(username__in=everybody[4:]).delete()
    empty = api.get(second["next"]).json()
    assert (empty["results"], empty["next"]) == ([], None)
    assert names(api.get(empty["previous"]).json()) == everybody[2:4]


def test_an_empty_list_is_one_empty_page(api):
    assert api.get(PEOPLE).json() == {"next": None, "previous": None, "results": []}


def test_links_keep_every_filter_and_the_limit(api, crowd):
    crowd(5, city="São Paulo & more")
    crowd(5, prefix="elsewhere")
    url = f"{PEOPLE}?limit=2&city=S%C3%A3o+Paulo+%26+more&ordering=created_at"
    for link in (api.get(url).json()["next"], api.get(last_page(api, url)).json()["previous"]):
        query = parse_qs(urlsplit(link).query)
        assert set(query) == {"limit", "city", "ordering", "cursor"}
        assert query["city"] == ["São Paulo & more"]
    assert len(flat(walk(api, url))) == 5


@pytest.mark.parametrize(("limit", "length"), [("1", 1), ("100", 100), ("99", 99), ("007", 7), ("", None)])
def test_a_limit_is_a_number_from_1_to_100(api, crowd, limit, length):
    crowd(101)
    answer = api.get(f"{PEOPLE}?limit={limit}")
    assert (len(answer.json()["results"]) if answer.status_code == 200 else None) == length


@pytest.mark.parametrize(
    "limit",
    ["0", "101", "x", "-1", "1.5", "1e1", "", "+5", "%00", "٣", "9" * 400, "0x10", "00000000101", "0000000019999"],
)
def test_any_other_limit_is_refused_not_clamped(api, limit):
    body = api.problem(api.get(f"{PEOPLE}?limit={limit}"), status=400, code="invalid")
    assert {error["field"] for error in body["errors"]} == {"limit"}


def test_without_a_limit_there_are_twenty(api, crowd):
    crowd(21)
    assert len(api.get(PEOPLE).json()["results"]) == 20


def test_an_ordering_that_is_offered_is_followed(api, crowd):
    everybody = crowd(5)
    assert flat(walk(api, f"{PEOPLE}?limit=2&ordering=created_at")) == everybody
    assert flat(walk(api, f"{PEOPLE}?limit=2&ordering=-username")) == everybody[::-1]


@pytest.mark.parametrize("ordering", ["", "password", "-id", "created_at,id", "?", "username"])
def test_an_ordering_that_is_not_offered_is_refused(api, ordering):
    body = api.problem(api.get(PEOPLE, {"ordering": ordering}), status=400, code="invalid")
    assert body["errors"][0]["field"] == "ordering"


def unsigned(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


SIGNER = signing.Signer(salt="config.lib.pagination")
BAD_CURSORS = [
    "",
    "x",
    "cD1hYmM=",
    "bz0tMQ==",
    "%00",
    "é",
    "x" * 3000,
    unsigned([["-created_at", "-id"], ["2026-01-01T00:00:00Z", 1], False]),
    signing.Signer(salt="another").sign_object([["-created_at", "-id"], ["2026-01-01T00:00:00Z", 1], False]),
    SIGNER.sign_object([["created_at", "id"], ["2026-01-01T00:00:00Z", 1], False]),
    SIGNER.sign("no json"),
]


@pytest.mark.parametrize("cursor", BAD_CURSORS, ids=range(len(BAD_CURSORS)))
def test_a_cursor_that_this_list_did_not_hand_out_is_refused(api, crowd, cursor):
    crowd(2)
    body = api.problem(api.get(PEOPLE, {"cursor": cursor}), status=400, code="invalid")
    assert body["errors"][0]["field"] == "cursor"


def test_a_cursor_outlives_a_change_of_the_secret_until_the_old_one_is_taken_away(api, crowd, settings):
    crowd(3)
    link, old = api.get(f"{PEOPLE}?limit=2").json()["next"], settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, [old]
    assert len(api.get(link).json()["results"]) == 1
    settings.SECRET_KEY_FALLBACKS = []
    api.problem(api.get(link), status=400, code="invalid")


def test_a_cursor_holds_for_the_ordering_that_it_was_made_for(api, crowd):
    crowd(5)
    link = api.get(f"{PEOPLE}?limit=2").json()["next"]
    answer = api.get(f"{link}&ordering=-username")
    assert api.problem(answer, status=400, code="invalid")["errors"][0]["code"] == "invalid_cursor"


def test_three_rows_cost_as_many_queries_as_one(api, crowd, django_assert_num_queries):
    crowd(1)
    with django_assert_num_queries(1):
        api.get(PEOPLE)
    crowd(3, prefix="more")
    link = api.get(f"{PEOPLE}?limit=1").json()["next"]
    with django_assert_num_queries(1):
        api.get(PEOPLE)
    with django_assert_num_queries(1):
        api.get(link)


def test_a_place_is_found_by_the_index_on_the_first_column():
    condition = str(User.objects.get_queryset().filter(beyond(("-id", "username"), (5, "x"))).query)
    assert '"id" <= 5' in condition
    assert reversed_ordering(("-id", "username")) == ("id", "-username")
    assert Place(values=(), backwards=False) != Place(values=(), backwards=True)


def test_every_ordering_of_the_house_ends_in_something_unique():
    for pages in (NewestFirst, LatestPublished):
        assert all(columns[-1].removeprefix("-") == "id" for columns in (pages.ordering, *pages.orderings.values()))


@pytest.mark.parametrize(("ordering", "comparison"), [(("-created_at", "-id"), "<"), (("created_at", "id"), ">")])
def test_columns_that_run_the_same_way_are_compared_as_one(ordering, comparison):
    """Then the whole place is a condition of the index, whatever the planner takes for likely."""
    condition = str(User.objects.get_queryset().filter(beyond(ordering, ("2031-01-01T00:00:00+00:00", 5))).query)
    assert (
        f'("accounts_user"."created_at", "accounts_user"."id") {comparison} (2031-01-01 00:00:00+00:00, 5)' in condition
    )
    assert " OR " not in condition
