"""The heaviest pictures that may come, through the program that requests start: bounded in memory and time."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.lib.pictures.taking import LIMITS
from config.tests.lib.pictures.cases import HEAVY
from config.tests.lib.pictures.looking import look
from config.tests.lib.pictures.makers import encoded, freckled
from config.tests.lib.pictures.test_corpus import MOST_MIB

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_picture_becomes_its_variants_or_is_refused_and_takes_no_more_than_it_may(name, tmp_path):
    case = HEAVY[name]
    content = case.make()
    seen = look(content, folder=tmp_path)
    print(f"{name}: {len(content) / 1e6:.1f} MB, {seen.peak_mib:.0f} MiB, {seen.seconds:.1f} s, {seen.refused}")  # noqa: T201 -- its output goes into the record
    assert seen.refused == case.reason
    assert seen.peak_mib < MOST_MIB
    assert seen.seconds < LIMITS.wall_seconds + 3
    if case.large:
        assert seen.pictures["large.webp"].size == case.large
        assert case.shows(seen.pictures["large.webp"])


def put(client, content: bytes):
    started = time.monotonic()
    answer = client.put("me/avatar/", files={"image": ("face.jpg", content)})
    return answer, time.monotonic() - started


def test_people_see_their_picture_at_once_and_a_crowd_is_told_to_come_again(house):
    """Over the port of a whole Earshot: how long a person waits, and that too many at once get an answer too."""
    client = house.join("owner")
    photographs = {
        "25 million pixels": encoded(freckled((5_000, 5_000)), "JPEG", quality=93),
        "1,600 by 1,600": encoded(freckled((1_600, 1_600)), "JPEG", quality=88),
    }
    for name, content in photographs.items():
        tries = [put(client, content) for _ in range(5)]
        assert [answer.status_code for answer, _ in tries] == [200] * 5
        waits = sorted(seconds for _, seconds in tries)
        print(f"{name}, {len(content) / 1e6:.2f} MB: median {waits[2]:.2f} s, worst {waits[-1]:.2f} s")  # noqa: T201 -- its output goes into the record
    with ThreadPoolExecutor(24) as crowd:
        heavy = photographs["25 million pixels"]
        tries = list(crowd.map(lambda _: put(client, heavy), range(24)))
    taken = [seconds for answer, seconds in tries if answer.status_code == 200]
    busy = [(answer, seconds) for answer, seconds in tries if answer.status_code == 503]
    print(f"24 at once: {len(taken)} taken within {max(taken):.1f} s, {len(busy)} told to come again")  # noqa: T201 -- likewise
    assert len(taken) + len(busy) == 24
    assert all(answer.json()["code"] == "picture_busy" and answer.headers["Retry-After"] == "5" for answer, _ in busy)
    assert client.get("me/").json()["avatar"]
