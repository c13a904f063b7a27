"""Who can sign in on a development machine."""

import re

import pytest

from config.demo import cast
from config.demo.catalogue import PIECES

USERNAME = re.compile(r"[a-z][a-z0-9_-]{2,29}")


@pytest.mark.parametrize("person", cast.PEOPLE, ids=lambda person: person.username)
def test_a_username_keeps_to_the_grammar(person: cast.Person) -> None:
    assert USERNAME.fullmatch(person.username)


def test_no_two_people_share_a_username() -> None:
    usernames = [person.username for person in cast.PEOPLE]
    assert len(set(usernames)) == len(usernames)


@pytest.mark.parametrize("person", cast.PEOPLE, ids=lambda person: person.username)
def test_an_address_lies_in_a_domain_that_belongs_to_nobody(person: cast.Person) -> None:
    assert person.email.endswith("@example.org")


def test_the_printed_logins_are_those_of_the_cast() -> None:
    printed = {(username, password) for username, password, _ in cast.LOGINS}
    assert printed == {(person.username, cast.PASSWORD) for person in cast.PEOPLE}


def test_only_the_admin_is_staff() -> None:
    assert [person.username for person in cast.PEOPLE if person.is_staff] == ["admin"]


def test_every_artist_has_a_name_a_bio_and_a_city() -> None:
    assert all(artist.display_name and artist.bio and artist.city for artist in cast.ARTISTS)


def test_every_artist_has_at_least_three_pieces_and_nobody_else_has_any() -> None:
    counts = {artist.username: 0 for artist in cast.ARTISTS}
    for piece in PIECES:
        counts[piece.username] += 1
    assert min(counts.values()) >= 3
