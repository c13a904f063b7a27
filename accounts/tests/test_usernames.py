"""The grammar of names, and those that nobody gets."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.usernames import RESERVED, is_reserved, is_well_formed, normalized

WELL_FORMED = ["abc", "a-b", "a_b", "a12", "x" + "y" * 29, "ada-lovelace_1815"]
ILL_FORMED = [
    "",
    "ab",
    "123",
    "1abc",
    "-abc",
    "_abc",
    "x" + "y" * 30,
    "a b",
    "a.b",
    "a/b",
    "abc\n",
    "äbc",
    "аbc",  # noqa: RUF001 -- the first letter is Cyrillic
    "abc\0",
    "ABC",
]


@pytest.mark.parametrize("name", WELL_FORMED)
def test_names_of_the_grammar_are_taken(name):
    assert is_well_formed(name)


@pytest.mark.parametrize("name", ILL_FORMED)
def test_names_outside_the_grammar_are_not(name):
    assert not is_well_formed(name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in ILL_FORMED if len(name) <= 30 and "\0" not in name])
def test_the_database_holds_the_same_grammar(name):
    with pytest.raises(IntegrityError, match="username_grammar"), transaction.atomic():
        User.objects.create(username=name, email="a@example.org", created_at=timezone.now())


@given(st.text(max_size=40))
def test_no_name_of_digits_alone_is_well_formed_and_case_does_not_matter(text):
    name = normalized(text)
    assert not (is_well_formed(name) and name.isdigit())
    assert normalized(name) == name


@pytest.mark.parametrize(
    "name",
    ["admin", "adm1n", "adrnin", "ad-min", "a_d_m_i_n", "4dmin", "aclmin", "moderat0r", "5upport", "supp0r7", "earsh0t",
     "vvebmaster", "l0gin", "0fficia1", "st4ff"],
)  # fmt: skip
def test_look_alikes_of_reserved_names_are_reserved(name):
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["ada", "linus", "harmony", "adminton", "teamwork", "cello", "marina", "owner"])
def test_ordinary_names_are_not(name):
    assert not is_reserved(name)


def test_reserved_names_are_spelled_as_names_are_kept():
    assert all(name == normalized(name) for name in RESERVED)


def test_every_path_at_the_root_of_the_site_is_reserved():
    """A person of that name would have no page, or take that of the site."""
    for name in (
        "api",
        "admin",
        "health",
        "media",
        "files",
        "static",
        "docs",
        "dev",
        "verify-email",
        "protected-media",
    ):
        assert is_reserved(name), name


def test_every_page_at_the_root_is_a_person_or_reserved():
    """Walks the addresses of the site, so that a page added tomorrow is held to it."""
    for pattern in get_resolver().url_patterns:
        first = str(pattern.pattern).split("/")[0].lstrip("^")
        if first.replace("-", "").isalpha():
            assert is_reserved(first), first
    for name in ("harmony", "ada-lovelace"):
        assert resolve(f"/{name}/").kwargs == {"username": name}
    with pytest.raises(Resolver404):
        resolve("/1abc/")
