"""One owner, one slug, one track."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import timezone

from tracks import services
from tracks.models import Sound, Track
from tracks.services.permalinks import RESERVED, is_taken, save_with_permalink

pytestmark = pytest.mark.django_db


def permalinks() -> list[str]:
    return list(Track.objects.order_by("pk").values_list("permalink", flat=True))


def test_tracks_of_one_title_are_numbered_and_owners_do_not_meet(owner, stranger, upload):
    for _ in range(3):
        upload(owner, title="Night")
    upload(stranger, title="Night")
    assert permalinks() == ["night", "night-2", "night-3", "night"]


def test_a_gap_in_the_numbers_is_used(owner, upload):
    upload(owner, permalink="night")
    upload(owner, permalink="night-3")
    upload(owner, title="Night")
    assert permalinks()[-1] == "night-2"


@pytest.mark.parametrize("title", ["夜", "👩\u200d🚀", "---"])
def test_a_title_without_letters_that_can_be_spelled_gives_a_plain_address(owner, upload, title):
    upload(owner, title=title)
    upload(owner, title=title)
    assert permalinks() == ["track", "track-2"]


def test_a_long_title_gives_an_address_that_still_fits_with_its_number(owner, upload):
    for _ in range(2):
        upload(owner, title="n" * 200)
    assert permalinks() == ["n" * 90, f"{'n' * 90}-2"]


def test_a_title_that_is_kept_for_the_site_gets_a_number(owner, upload):
    upload(owner, title="Sets")
    assert permalinks() == ["sets-2"]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_what_stands_beside_tracks_is_no_address_of_one(owner, upload, name):
    with pytest.raises(services.PermalinkReserved):
        upload(owner, permalink=name)


def test_the_trash_keeps_its_addresses(owner, upload):
    services.trash_track(track=upload(owner, permalink="night"), at=timezone.now())
    with pytest.raises(services.PermalinkTaken):
        upload(owner, permalink="night")


def test_after_three_numbers_that_were_taken_meanwhile_the_address_is_random(owner, upload, monkeypatch):
    save, tries = save_with_permalink, []

    def snatch(track, **options):
        tries.append(track.permalink)
        if len(tries) <= 4:
            raise services.PermalinkTaken(permalink=track.permalink)
        return save(track, **options)

    monkeypatch.setattr("tracks.services.permalinks.save_with_permalink", snatch)
    upload(owner, title="Night")
    assert tries[:3] == ["night", "night-2", "night-3"]
    assert len(set(tries)) == 5
    assert permalinks() == [tries[4]]


def test_other_refusals_of_the_database_are_not_taken_for_a_taken_address(owner, upload):
    track = upload(owner)
    track.title = ""
    with pytest.raises(IntegrityError) as refusal:
        save_with_permalink(track)
    assert not is_taken(refusal.value)


# --- what the tables hold for ever ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"title": ""}, "title_not_blank"),
        ({"permalink": "Night"}, "permalink_grammar"),
        ({"permalink": "-night"}, "permalink_grammar"),
        ({"permalink": "night\n"}, "permalink_grammar"),
        ({"tags": ["x"] * 31}, "tags_limit"),
        ({"credits": [{"name": "Ada"}] * 51}, "credits_limit"),
        ({"bpm": "0.99"}, "bpm_range"),
        ({"bpm": "999.01"}, "bpm_range"),
        ({"purchase_url": "javascript:alert(1)"}, "purchase_url_is_web"),
        ({"visibility": "secret"}, "visibility_known"),
        ({"audience": "friends"}, "audience_known"),
        ({"license": "mine"}, "license_known"),
        ({"state": "done"}, "track_state_known"),
        ({"state": "ready"}, "ready_has_sound"),
        ({"published_at": timezone.now()}, "published_has_sound"),
        ({"secret_token": "x"}, "secret_has_digest"),
        ({"secret_digest": "x"}, "secret_has_digest"),
    ],
)
def test_the_table_refuses(owner, upload, values, rule):
    track = upload(owner)
    with pytest.raises(IntegrityError, match=rule):
        Track.objects.filter(pk=track.pk).update(**values)


def test_the_table_takes_what_is_at_the_limits(owner, upload):
    track = upload(owner)
    Track.objects.filter(pk=track.pk).update(
        tags=["x" * 40] * 30,
        credits=[{"name": "Ada"}] * 50,
        bpm="999.00",
        description="d" * 5000,
        release_date=date.max,
    )


@pytest.mark.parametrize("values", [{"state": "done"}, {"state": ""}])
def test_the_table_of_sounds_refuses(owner, upload, values):
    upload(owner)
    with pytest.raises(IntegrityError, match="sound_state_known"):
        Sound.objects.update(**values)


def test_a_ready_track_can_be_deleted_with_all_that_belongs_to_it(owner, make_ready):
    make_ready(owner).delete()
    assert not Sound.objects.exists()
