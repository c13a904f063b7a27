"""People as others see them over HTTP: who is found, by which names, in which order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import services
from accounts.models import User, UserCounts, UsernameClaim
from accounts.serializers import UserCard, UserDetail
from accounts.viewsets.people import MostFollowed

pytestmark = pytest.mark.django_db

PEOPLE = "/api/v1/users/"


def address(name) -> str:
    return f"{PEOPLE}{name}/"


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [card["username"] for card in answer.json()["results"]]


@pytest.fixture
def crowd(make_user):
    """Five people: by followers amy, ben, cid, dan, eve; made in the opposite order."""
    at = timezone.now()
    places = (("eve", "", ""), ("dan", "Oslo", "NO"), ("cid", "Faro", "PT"), ("ben", "faro", "PT"), ("amy", "", "PT"))
    for followers, (name, city, country) in enumerate(places):
        person = make_user(name, city=city, country=country, genres=["dub", "jazz"][: followers % 3])
        UserCounts.objects.filter(user=person).update(followers=followers)
        User.objects.filter(pk=person.pk).update(created_at=at - timedelta(days=9 - followers))
    User.objects.filter(username__in=["amy", "eve"]).update(role="artist")
    services.refresh_popularity()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "amy ben cid dan eve"),
        ({"ordering": "-followers_count"}, "amy ben cid dan eve"),
        ({"ordering": "-created_at"}, "amy ben cid dan eve"),
        ({"role": "artist"}, "amy eve"),
        ({"role": "listener"}, "ben cid dan"),
        ({"genre": "DUB"}, "amy cid dan"),
        ({"genre": "jazz"}, "cid"),
        ({"genre": "rock"}, ""),
        ({"city": "FARO"}, "ben cid"),
        ({"country": "pt"}, "amy ben cid"),
        ({"country": "PT", "role": "artist"}, "amy"),
        ({"limit": "2"}, "amy ben"),
    ],
)
def test_people_are_found_by(api, crowd, query, expected):
    assert names(api.get(PEOPLE, query)) == expected.split()


@pytest.mark.parametrize(
    "query",
    [
        {"role": "admin"},
        {"role": ""},
        {"genre": ""},
        {"genre": " "},
        {"city": ""},
        {"country": "XX"},
        {"country": ""},
        {"ordering": "followers_count"},
        {"ordering": "-password"},
        {"ordering": "-popularity"},
        {"q": "amy"},
        {"limit": "0"},
    ],
)
def test_a_filter_that_says_nothing_known_is_refused(api, crowd, query):
    api.problem(api.get(PEOPLE, query), status=400, code="invalid")


@pytest.mark.parametrize("ordering", MostFollowed.orderings)
def test_pages_hold_everybody_once_in_their_order_both_ways(api, crowd, ordering):
    UserCounts.objects.update(followers=1)
    services.refresh_popularity()
    whole = names(api.get(PEOPLE, {"ordering": ordering}))
    seen, link, last = [], f"{PEOPLE}?ordering={ordering}&limit=2", {}
    while link:
        last = api.get(link).json()
        seen += [card["username"] for card in last["results"]]
        link = last["next"]
    assert seen == whole
    assert len(seen) == 5
    assert names(api.get(last["previous"])) == whole[2:4]


def test_only_those_in_good_standing_who_want_it_are_found(api, make_user, sign_in, crowd):
    make_user("suspended", is_active=False)
    make_user("shy", discoverable=False)
    User.objects.filter(pk=make_user("newcomer").pk).update(verified_at=None)
    for client in (api, sign_in(User.objects.get(username="shy"))):
        assert names(client.get(PEOPLE)) == ["amy", "ben", "cid", "dan", "eve"]
    assert api.get(address("shy")).status_code == 200


def test_a_list_shows_cards(api, crowd):
    assert [list(card) for card in api.get(PEOPLE).json()["results"]] == [list(UserCard().fields)] * 5


def test_a_list_takes_one_query_for_one_and_for_fifty(api, make_user, django_assert_num_queries):
    make_user("amy")
    with django_assert_num_queries(1):
        assert len(names(api.get(PEOPLE, {"limit": 100}))) == 1
    for number in range(49):
        make_user(f"person-{number}")
    with django_assert_num_queries(1):
        assert len(names(api.get(PEOPLE, {"limit": 100}))) == 50


@pytest.mark.parametrize(
    ("ordering", "index"), [("-followers_count", "user_listed_popular"), ("-created_at", "user_listed_newest")]
)
def test_a_page_is_read_from_its_index(crowd, ordering, index):
    people = User.objects.get_queryset().listed().order_by(*MostFollowed.orderings[ordering])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert index in people.values("id")[:20].explain()


def test_a_profile_says_what_its_declaration_says(api, owner):
    answer = api.get(address("owner"))
    assert list(answer.json()) == list(UserDetail().fields)
    assert answer.json()["kind"] == "user"
    assert (answer.json()["avatar"], answer.json()["header"], answer.json()["plan_badge"]) == (None, None, None)
    services.set_plan(user_id=owner.pk, plan="studio")
    services.grant_badge(user=owner)
    UserCounts.objects.filter(user=owner).update(followers=4, followings=3, tracks=2, playlists=1)
    body = api.get(address("owner")).json()
    assert (body["plan_badge"], body["verified"]) == ("studio", True)
    assert [body[f"{name}_count"] for name in ("followers", "followings", "tracks", "playlists")] == [4, 3, 2, 1]


def test_a_profile_opens_by_id_and_by_every_name_that_its_owner_has_had(api, owner):
    UsernameClaim.objects.create(name="before", user=owner)
    for name in (owner.pk, "owner", "OWNER", "before", "Before"):
        answer = api.get(address(name))
        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["username"]) == (owner.pk, "owner")
        assert api.get(f"{PEOPLE}{name}/tracks/").status_code == 200


def test_a_name_that_is_merely_kept_back_opens_nothing(api, owner, at):
    UsernameClaim.objects.create(name="kept", user=owner, expires_at=at + timedelta(days=1))
    UsernameClaim.objects.create(name="free", user=None, expires_at=at + timedelta(days=1))
    for name in ("kept", "free"):
        api.problem(api.get(address(name)), status=404, code="not_found")


def test_whoever_may_not_be_seen_is_as_absent_as_who_never_was(api, make_user, sign_in):
    suspended = make_user("suspended", is_active=False)
    newcomer = make_user("newcomer")
    User.objects.filter(pk=newcomer.pk).update(verified_at=None)
    stranger = sign_in(make_user("stranger"))
    bodies = []
    for name in ("suspended", suspended.pk, "newcomer", "nobody", 10**17, "9" * 30, "no name", "%25"):
        for client in (api, stranger):
            body = client.problem(client.get(address(name)), status=404, code="not_found")
            bodies.append({key: value for key, value in body.items() if key not in {"request_id", "instance"}})
    assert all(body == bodies[0] for body in bodies)


def test_a_profile_that_has_not_changed_is_not_sent_again(api, owner, sign_in):
    answer = api.get(address("owner"))
    assert answer["Cache-Control"] == "public, no-cache"
    assert api.get(address("owner"), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    services.update_profile(user=owner, changes={"city": "Oslo"})
    assert api.get(address("owner"), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 200
    assert sign_in(owner).get(address("owner"))["Cache-Control"] == "private, no-cache"


def test_a_profile_takes_one_query(api, owner, django_assert_num_queries):
    with django_assert_num_queries(1):
        api.get(address("owner"))
