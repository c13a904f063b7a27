"""Pages beside the plain join, requests beside one that does nothing, and publishing before many and before nobody."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median

from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from accounts.services.sessions import Device, open_session
from bench.feed.naive import naive
from bench.feed.population import Sizes
from bench.people.clocks import Timings as Watched
from bench.people.clocks import percentile, watched
from config.lib.viewer import Viewer
from discovery.queries import Feed, Page, Spot
from discovery.queries.companions import companions
from engagement.posts.services import publish_post

TIMES, WARM_UP, DEEP = 60, 10, 15
# The plain join takes seconds for some.
NAIVE_TIMES = 5
HEAD = (
    "| follows | page | entries, SQL p50 / p95 ms | with cards, SQL p50 / p95 ms | plain join p50 ms | times |",
    "|---|---|---|---|---|---|",
)


def pages(sizes: Sizes) -> Iterator[str]:
    """First and deep pages of each viewer. `entries`: which, where and by whom; `with cards`: all of the page."""
    yield from ("## Pages of twenty", "", *HEAD)
    for count, viewer_id in sizes.viewers().items():
        feed, spot = Feed(viewer=Viewer(user=User(pk=viewer_id))), None
        first = feed.page(limit=20)
        yield row(feed, f"{count:,} | first", first, None)
        for _ in range(DEEP - 1):
            spot = first.spots[-1] if first.spots else None
            first = feed.page(limit=20, spot=spot)
        yield row(feed, f"{count:,} | {DEEP}th", first, spot)


def row(feed: Feed, title: str, page: Page, spot: Spot | None) -> str:
    """One line of the table; COMPLAINT where the page is not that of the plain join."""
    viewer_id = feed.viewer.user.pk
    plain = naive(viewer_id=viewer_id, spot=spot)
    same = plain == [tuple(found) for found in page.spots]
    entries = clocked(lambda: which(feed, spot), TIMES)
    whole = clocked(lambda: feed.page(limit=20, spot=spot), TIMES)
    joined = clocked(lambda: naive(viewer_id=viewer_id, spot=spot), NAIVE_TIMES)
    cells = [f"{percentile(one, 50):.2f} / {percentile(one, 95):.2f}" for one in (entries, whole)]
    times = median(joined) / median(entries)
    complaint = "" if same else f" COMPLAINT: {len(set(plain) ^ set(map(tuple, page.spots)))} differ"
    return f"| {title} | {' | '.join(cells)} | {median(joined):.2f} | {times:.0f}{complaint} |"


def which(feed: Feed, spot: Spot | None) -> None:
    """The statements that say which entries a page has."""
    batch = next(feed.walk(size=42, spot=spot, upward=False).batches())
    companions(viewer_id=feed.viewer.user.pk, things={(act.kind, act.object_id) for act in batch[:26]})


def clocked(act: Callable[[], object], times: int) -> list[float]:
    """Milliseconds in the database of each call."""
    timings = Watched()
    for _ in range(WARM_UP if times > NAIVE_TIMES else 1):
        act()
    for _ in range(times):
        with watched(timings):
            act()
    return timings.sql


def requests(sizes: Sizes) -> Iterator[str]:
    """CPU of this process for a whole request, over Django's test client."""
    yield from ("", "## Requests, signed in", "", "| Request | CPU p50, ms | whole p50, ms |", "|---|---|---|")
    with override_settings(ROOT_URLCONF="bench.people.floor"):
        for count, viewer_id in list(sizes.viewers().items())[1:4]:
            device = Device(user_agent="bench", address="127.0.0.1")
            pair = open_session(user=User.objects.get(pk=viewer_id), device=device, at=timezone.now())
            client = Client(headers={"Authorization": f"Bearer {pair.access}"})
            for path in ("floor/", "feed/", "feed/home/"):
                cpu, whole = asked(client, f"/api/v1/{path}")
                yield f"| `{path}`, {count:,} followed | {cpu:.2f} | {whole:.2f} |"


def asked(client: Client, path: str) -> tuple[float, float]:
    """Medians of CPU and of time, in ms."""
    cpu, whole = [], []
    for _ in range(TIMES):
        begun, used = time.perf_counter(), time.process_time()
        answer = client.get(path)
        cpu.append(1000 * (time.process_time() - used))
        whole.append(1000 * (time.perf_counter() - begun))
        if answer.status_code != 200:
            raise RuntimeError(answer.content[:300])
    return median(cpu), median(whole)


def publishing(sizes: Sizes, *, at: datetime) -> Iterator[str]:
    """The same post by somebody whom everybody follows and by somebody whom nobody does, in turn."""
    took: dict[int, list[float]] = {sizes.celebrity: [], sizes.celebrity + 1: []}
    for number in range(TIMES):
        for person_id, times in took.items():
            author, moment = User.objects.get(pk=person_id), at + timedelta(hours=number)
            begun = time.perf_counter()
            publish_post(author=author, body=f"Number {number}.", at=moment)
            times.append(1000 * (time.perf_counter() - begun))
    many, none = (median(times) for times in took.values())
    yield from ("", "## Publishing", "", f"Before {sizes.people:,} followers {many:.1f} ms, before none {none:.1f} ms.")
    reader = Viewer(user=User(pk=next(iter(range(1, sizes.people)))))
    newest = Feed(viewer=reader, kind="post").page(limit=1).items
    found = bool(newest) and newest[0]["post"]["body"] == f"Number {TIMES - 1}."
    yield f"A follower's next read has it: {'yes' if found else 'COMPLAINT no'}."
