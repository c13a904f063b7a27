"""Opening a link of any kind: what counts as a use, what is answered, and what is refused."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from accounts.services import suspend_user
from config.lib.grants import Grant, seal_grant, unseal_grant
from config.lib.testing import Api
from config.lib.viewer import Viewer
from social.services import block_user
from tracks.sharing import services
from tracks.sharing.queries import ShareLinkAbsent, ShareLinkExpired, ShareLinkUsedUp
from tracks.tests.sharing.conftest import OPEN, again, delete, found, opened, reads, token_of, use

pytestmark = pytest.mark.django_db

PASSWORD = "open sesame"


def test_opening_counts_one_use_and_answers_what_opens_the_thing(api, kind, thing, make_link):
    link = make_link(permission="comment")
    answer = opened(api, link)
    body = answer.json()
    assert answer.status_code == 200, body
    assert answer["Cache-Control"] == "no-store"
    assert {name: body[name] for name in ("kind", "id", "permission")} == {
        "kind": kind.name,
        "id": thing.pk,
        "permission": "comment",
    }
    assert reads(api, thing, body["grant"]) == 200
    link = again(link)
    assert (link.uses, link.last_opened_at is None) == (1, False)


@pytest.mark.parametrize(("days", "hours"), [(None, 24), (7, 24), (0.5, 12)])
def test_a_grant_lasts_a_day_and_no_longer_than_its_link(make_link, days, hours):
    at = datetime(2030, 1, 1, tzinfo=UTC)
    link = make_link(expires_at=at + timedelta(days=days) if days else None)
    assert use(link, at=at).expires_at == at + timedelta(hours=hours)


def test_a_grant_is_good_until_its_last_second_and_unchanged_only():
    grant = Grant(kind="track", link_id=1, object_id=2, permission="listen")
    sealed = seal_grant(grant, expires_at=datetime.fromtimestamp(1000, UTC))
    assert unseal_grant(sealed, at=datetime.fromtimestamp(999, UTC)) == grant
    assert unseal_grant(sealed, at=datetime.fromtimestamp(1000, UTC)) is None
    for broken in (sealed[:-1], f"x{sealed}", "", "a.b", sealed.replace(".", "")):
        assert unseal_grant(broken, at=datetime.fromtimestamp(1, UTC)) is None


def test_the_last_use_is_the_last(api, make_link):
    link = make_link(max_uses=2)
    assert [opened(api, link).status_code for _ in range(2)] == [200, 200]
    api.problem(opened(api, link), status=410, code="share_link_used_up")
    assert again(link).uses == 2


def test_who_came_in_with_the_last_use_stays_in(api, thing, make_link):
    link = make_link(max_uses=1)
    grant = opened(api, link).json()["grant"]
    assert opened(api, link).status_code == 410
    assert reads(api, thing, grant) == 200


def test_what_is_over_says_so_and_what_is_gone_is_like_what_never_was(api, kind, make_link, at):
    over, gone = make_link(expires_at=at + timedelta(hours=1)), make_link()
    kind.links.objects.filter(pk=over.pk).update(expires_at=at, created_at=at - timedelta(hours=1))
    delete(gone)
    api.problem(opened(api, over), status=410, code="share_link_expired")
    api.problem(opened(api, gone), status=404, code="not_found")
    api.problem(api.post(OPEN, {"token": "never"}), status=404, code="not_found")


@pytest.mark.parametrize(
    "body", [{}, {"token": ""}, {"token": "x" * 201}, {"token": "a\0b"}, {"token": "x", "more": 1}]
)
def test_what_is_no_opening_is_refused(api, body):
    api.problem(api.post(OPEN, body), status=400, code="invalid")


@pytest.mark.parametrize("end", ["deleted", "over", "grant over", "broken"])
def test_it_is_over_with_its_link(api, kind, thing, make_link, end):
    link = make_link()
    grant = use(link).grant
    assert reads(api, thing, grant) == 200
    if end == "deleted":
        delete(link)
    elif end == "over":
        moment = timezone.now() - timedelta(seconds=1)
        kind.links.objects.filter(pk=link.pk).update(created_at=moment - timedelta(days=1), expires_at=moment)
    elif end == "grant over":
        grant = seal_grant(found(link).grant, expires_at=timezone.now() - timedelta(seconds=1))
    else:
        grant = grant[:-1]
    assert reads(api, thing, grant) == 404


# --- passwords -------------------------------------------------------------------------------------------------------


def test_a_link_that_wants_a_password_says_so_and_wrong_ones_use_nothing(api, make_link):
    link = make_link(password=PASSWORD, max_uses=1)
    api.problem(opened(api, link), status=403, code="password_required")
    api.problem(opened(api, link, password="guess"), status=403, code="wrong_password")
    assert again(link).uses == 0
    assert opened(api, link, password=PASSWORD).status_code == 200


def test_what_opens_nothing_any_more_tells_no_guesser_whether_the_password_is_right(api, make_link):
    link = make_link(password=PASSWORD, max_uses=1)
    opened(api, link, password=PASSWORD)
    for password in ("", "guess", PASSWORD):
        api.problem(opened(api, link, password=password), status=410, code="share_link_used_up")


def test_guesses_are_counted_for_the_link_wherever_they_come_from(make_link, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"link_passwords": "3/5 minutes"}
    link, other = make_link(password=PASSWORD), make_link(password=PASSWORD)
    guessers = [Api(REMOTE_ADDR=f"192.0.2.{number}") for number in range(4)]
    codes = [opened(guesser, link, password="guess").json()["code"] for guesser in guessers]
    assert codes == ["wrong_password"] * 3 + ["throttled"]
    assert opened(guessers[0], link, password=PASSWORD).status_code == 429
    assert opened(guessers[0], other, password=PASSWORD).status_code == 200


def new_network() -> str:
    """An address that no other test has called from: these rules are run for every kind of link."""
    return f"2001:db8:{token_hex(2)}:{token_hex(2)}::1"


def test_guesses_are_counted_for_the_address_whatever_the_link(make_link, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials_address": "3/5 minutes"}
    guesser, links = Api(REMOTE_ADDR=new_network()), [make_link(password=PASSWORD) for _ in range(4)]
    codes = [opened(guesser, link, password="guess").json()["code"] for link in links]
    assert codes == ["wrong_password"] * 3 + ["throttled"]
    assert opened(Api(REMOTE_ADDR=new_network()), links[3], password=PASSWORD).status_code == 200


def test_the_right_password_forgets_the_attempts_at_the_link(make_link, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"link_passwords": "2/5 minutes"}
    link, honest = make_link(password=PASSWORD), Api(REMOTE_ADDR=new_network())
    assert [opened(honest, link, password=PASSWORD).status_code for _ in range(4)] == [200] * 4


# --- who is shut out -------------------------------------------------------------------------------------------------


def test_a_block_wins_over_the_link(owner, stranger, sign_in, api, thing, make_link, at):
    link = make_link(permission="download")
    grant = opened(api, link).json()["grant"]
    block_user(blocker=owner, blocked=stranger, at=at)
    client = sign_in(stranger)
    client.problem(opened(client, link), status=404, code="not_found")
    assert (reads(client, thing, grant), reads(api, thing, grant)) == (404, 200)
    assert again(link).uses == 1


@pytest.mark.parametrize("what", ["suspended", "trashed"])
def test_nothing_is_opened_of_somebody_suspended_or_in_the_trash(owner, api, thing, make_link, trash, at, what):
    link = make_link()
    grant = opened(api, link).json()["grant"]
    if what == "trashed":
        trash(thing)
    else:
        suspend_user(user=User.objects.get(pk=owner.pk), reason="spam", at=at)
    api.problem(opened(api, link), status=404, code="not_found")
    assert reads(api, thing, grant) == 404
    assert again(link).uses == 1


@pytest.mark.parametrize(
    ("between", "refusal"),
    [
        ({"uses": 1, "max_uses": 1}, ShareLinkUsedUp),
        ({"expires_at": "now"}, ShareLinkExpired),
        ("deleted", ShareLinkAbsent),
        ("trashed", ShareLinkAbsent),
    ],
)
def test_what_happens_between_looking_and_counting_is_seen(kind, thing, make_link, trash, between, refusal):
    link, at = make_link(), timezone.now() + timedelta(minutes=1)
    seen = found(again(link))
    if between == "deleted":
        delete(link)
    elif between == "trashed":
        trash(thing)
    else:
        changes = {name: at if value == "now" else value for name, value in between.items()}
        kind.links.objects.filter(pk=link.pk).update(**changes)
    with pytest.raises(refusal):
        services.use_share_link(found=seen, viewer=Viewer(user=AnonymousUser()), at=at)
    assert list(kind.links.objects.values_list("uses", flat=True)) in ([], [0], [1 if "uses" in between else 0])


def test_a_program_opens_links_with_the_scope_of_writing(owner, make_link, personal_token):
    link = make_link()
    answers = []
    for scope in ("read", "write"):
        client = Api()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {personal_token(owner, scope)}")
        answers.append(opened(client, link).status_code)
    assert answers == [403, 200]
    assert token_of(link)
