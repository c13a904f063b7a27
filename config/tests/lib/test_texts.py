"""Plain text."""

import pytest

from config.lib.texts import has_control_characters, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Night  bus ", "Night  bus"),
        ("e\u0301", "é"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("a\u2066b\u2069\ufeff", "ab"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\u200b\u200d", ""),
        ("\u202e", ""),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("", ""),
    ],
)
def test_plain_text_is_composed_and_turns_nothing_around_it(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize("char", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\n", "\t", "\u2028", "\u2029", "\ud800"])
def test_control_characters_are_found(char):
    assert has_control_characters(f"a{char}b")
    assert not has_control_characters(f"a{char}b", but=char)


def test_letters_signs_and_emoji_are_no_control_characters():
    assert not has_control_characters("Ночь — 夜 👩\u200d🚀 (live) <b>")
