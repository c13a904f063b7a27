"""Plain text and the addresses made from it."""

import pytest

from tracks.texts import has_control_characters, isrc, plain, slug


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


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Night Bus (Live)", "night-bus-live"),
        ("Straße nach Ærø", "strasse-nach-aero"),
        ("Łódź", "lodz"),
        ("Déjà vu", "deja-vu"),
        ("Ночной автобус", "nochnoi-avtobus"),
        ("Щастя їжака", "shchastya-izhaka"),
        ("Νύχτα στη θάλασσα", "nychta-sti-thalassa"),
        ("\u0130stanbul \u0131\u015f\u0131k", "istanbul-isik"),
        ("夜", ""),
        ("ليل", ""),
        ("👩\u200d🚀", ""),
        ("---", ""),
        ("../../etc", "etc"),
    ],
)
def test_a_slug_spells_letters_by_their_sound(title, expected):
    assert slug(title) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("QZ-ES1-26-00001", "QZES12600001"),
        ("qzes12600001", "QZES12600001"),
        ("QZES1260000", ""),
        ("QZES12600001\n", ""),
        ("", ""),
    ],
)
def test_an_isrc_is_twelve_characters_without_hyphens(text, expected):
    assert isrc(text) == expected
