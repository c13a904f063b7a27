"""Thrown away and brought back, a track is the same to the letter; after thirty days, and not a minute earlier, nothing
of it is left, wherever the purge was killed. Over the port of a whole Earshot, with sound that was really uploaded."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from config.lib.testing import write_tone
from config.tests.lib.pictures.makers import encoded, freckled
from config.tests.prove.house import House, upload

pytestmark = pytest.mark.slow

QUIET = "SELECT (SELECT count(*) FROM config_eventdelivery WHERE done_at IS NULL)"
INCOMPLETE = "SELECT count(*) FROM tracks_sound WHERE state <> 'ready' OR todo <> ''"
# The clock goes on for what is in the trash, by so much.
LATER = "UPDATE tracks_track SET deleted_at = deleted_at - %s::interval WHERE id = %s"


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


def come_to_rest(house: House) -> None:
    house.wait_until(lambda: house.rows(INCOMPLETE) == house.rows(QUIET) == [(0,)], seconds=60)


def listing(house: House) -> list[str]:
    """Every stored object."""
    media = house.places.media
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def purge(house: House, *words: str) -> tuple[int, str]:
    """How `manage.py purge_trash` ends, and the last line that it says."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "purge_trash", *words],
        cwd=settings.BASE_DIR,
        env=house.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        start_new_session=True,  # whoever dies at a named place takes its whole group along
    )
    said = (ended.stdout or ended.stderr).splitlines()
    return ended.returncode, said[-1] if said else ""


def good(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def seen(owner: httpx.Client, fan: httpx.Client, track_id: int) -> dict[str, Any]:
    """All that the API tells of a track and of what hangs on it, to its owner and to somebody else."""
    path = f"tracks/{track_id}/"
    lists = [f"{path}{name}/" for name in ("likers", "reposters", "comments")]
    told = {address: good(fan.get(address)) for address in (path, *lists, f"{path}waveform/", "me/likes/tracks/")}
    head = told[f"{path}comments/"]["results"][-1]["id"]
    replies = {"replies": good(fan.get(f"comments/{head}/replies/"))}
    own = {address: good(owner.get(address)) for address in (path, "me/", f"{path}comments/export/?form=json")}
    return {"fan": told | replies, "owner": own, "cover": fan.get(cover_of(told[path])).content}


def cover_of(track: dict[str, Any]) -> str:
    return track["artwork"]["medium"]


def upload_covered(owner: httpx.Client, tone: Path, *, title: str) -> int:
    """A track with a cover; its id."""
    track_id = int(upload(owner, tone, title=title)["id"])
    image = {"image": ("cover.jpg", encoded(freckled((600, 600)), "JPEG", quality=88))}
    good(owner.put(f"tracks/{track_id}/artwork/", files=image))
    return track_id


def act(owner: httpx.Client, fan: httpx.Client, track_id: int) -> None:
    """What people do with it, once it can be heard."""
    path = f"tracks/{track_id}"
    head = good(fan.post(f"{path}/comments/", json={"body": f"Here, @owner: {path}", "timestamp_ms": 100}))["id"]
    good(owner.post(f"{path}/comments/", json={"body": f"Thank you for {path}", "parent_id": head}))
    for address in (f"{path}/like/", f"comments/{head}/like/"):
        good(fan.put(address))
    good(fan.put(f"{path}/repost/", json={"caption": "hear this"}))


def test_a_track_goes_and_comes_and_goes_for_good(house, tmp_path):
    owner, fan = house.join("owner"), house.join("fan")
    tone = write_tone(tmp_path / "tone.wav", seconds=3)
    first = upload_covered(owner, tone, title="Tide")
    second = upload_covered(owner, tone, title="Swell")
    come_to_rest(house)
    for track_id in (first, second):
        act(owner, fan, track_id)
    come_to_rest(house)
    before, objects = seen(owner, fan, first), listing(house)
    tell(f"\n{len(objects)} objects, {sum((house.places.media / key).stat().st_size for key in objects)} bytes")

    good(owner.delete(f"tracks/{first}/"))
    come_to_rest(house)
    assert fan.get(f"tracks/{first}/").status_code == 404
    assert fan.get(cover_of(before["fan"][f"tracks/{first}/"])).status_code == 404
    [entry] = good(owner.get("me/trash/"))["results"]
    assert (entry["kind"], entry["id"], entry["title"]) == ("track", first, "Tide")
    assert listing(house) == objects
    good(owner.post(f"tracks/{first}/restore/"))
    come_to_rest(house)
    assert seen(owner, fan, first) == before
    assert listing(house) == objects
    tell(f"brought back: {len(before['fan']) + len(before['owner'])} answers and the cover are the same to the letter")

    good(owner.delete(f"tracks/{first}/"))
    come_to_rest(house)
    house.change(LATER, "29 days 23:58", first)
    assert purge(house) == (0, "Removed 0 tracks, 0 playlists, 0 comments, 0 posts.")
    assert listing(house) == objects
    good(owner.post(f"tracks/{first}/restore/"))
    assert seen(owner, fan, first) == before
    good(owner.delete(f"tracks/{first}/"))
    house.change(LATER, "30 days", first)
    assert purge(house, "--dry-run") == (0, "Would remove 1 tracks, 0 playlists, 0 comments, 0 posts.")
    assert listing(house) == objects

    left = assert_dies_at(house, "purge_between_objects", objects)
    assert owner.post(f"tracks/{first}/restore/").status_code == 404
    left = assert_dies_at(house, "purge_before_rows", left)
    assert house.rows("SELECT count(*) FROM tracks_track WHERE id = %s", first) == [(1,)]
    assert purge(house) == (0, "Removed 1 tracks, 0 playlists, 0 comments, 0 posts.")
    assert listing(house) == left
    assert purge(house) == (0, "Removed 0 tracks, 0 playlists, 0 comments, 0 posts.")
    for table in ("track", "trackcounts", "sound", "artwork"):
        [(rows,)] = house.rows(f"SELECT count(*) FROM tracks_{table}")  # noqa: S608 -- our own words
        assert rows == 1, table
    assert house.reconcile("--dry-run")[0] == 0
    tell(f"purged: {len(objects)} objects before, {len(left)} after, killed twice on the way")

    good(owner.delete(f"tracks/{second}/"))
    good(owner.delete(f"me/trash/track/{second}/"))
    took = house.wait_until(lambda: listing(house) == [], seconds=60)
    come_to_rest(house)
    assert owner.post(f"tracks/{second}/restore/").status_code == 404
    assert house.rows("SELECT count(*) FROM tracks_track") == [(0,)]
    tell(f"thrown out at once: {len(left)} objects went within {took:.1f} s")


def assert_dies_at(house: House, place: str, before: list[str]) -> list[str]:
    """A purge is killed there; the objects that are left, and none has come."""
    house.arm(place)
    assert purge(house)[0] == -9
    assert house.death_at(place)
    left = listing(house)
    assert set(left) < set(before) or left == before
    tell(f"killed at {place}: {len(left)} of {len(before)} objects left")
    return left
