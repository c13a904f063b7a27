"""The tables of the document: times beside their floors, and the plans."""

from collections.abc import Callable, Iterator

from django.test import override_settings

from bench.people.clocks import WARM_UP, Timings, ask_nothing, measure, watched
from bench.people.looks import API, LAST_PAGE, Caller, callers
from bench.people.plans import NEVER_TAKEN, Plan, explain

HEAD = (
    "| Request | queries | SQL p50, ms | SQL p95, ms | whole p50, ms | whole p95, ms |",
    "|---|---|---|---|---|---|",
)


def document(big: set[str]) -> Iterator[str]:
    """Both parts, for each caller."""
    with override_settings(ROOT_URLCONF="bench.people.floor"):
        people = callers()
        paths = {caller.name: caller.paths() for caller in people}
        yield from ("", "## Times", "", f"Page {LAST_PAGE} is where {LAST_PAGE - 1} `next` links lead.")
        for caller in people:
            yield from ("", f"As {caller.name}:", "", *HEAD)
            yield from times(caller, paths[caller.name])
        yield from ("", "## Plans", "", "With the values known, and as a statement prepared long ago has it (generic).")
        for caller in people:
            for title, path in paths[caller.name].items():
                yield from plans_of(caller, title, path(WARM_UP), big=big)


def times(caller: Caller, paths: dict[str, Callable[[int], str]]) -> Iterator[str]:
    """A row for each look, the floors first."""
    caller.sign_in()
    yield f"| *`SELECT 1`* | {measure(ask_nothing).row()} |"
    yield f"| *a view that does nothing* | {measure(lambda _: caller.get(f'{API}/floor/')).row()} |"
    for title, path in paths.items():
        caller.sign_in()
        yield f"| {title} | {measure(lambda turn, path=path: caller.get(path(turn))).row()} |"


def plans_of(caller: Caller, title: str, path: str, *, big: set[str]) -> Iterator[str]:
    """What the database does for each query of one look."""
    timings = Timings()
    caller.sign_in()
    with watched(timings):
        caller.get(path)
    yield from ("", f"### {title}, as {caller.name}", "")
    for sql, params in timings.queries:
        table = sql.partition(" FROM ")[2].split(" ")[0].strip('"')
        custom, generic = explain(sql, params)
        yield from verdict(custom, table=table, big=big)
        if generic.cost > NEVER_TAKEN * custom.cost:
            yield f"* `{table}`, generic: never taken, for it costs {generic.cost / custom.cost:.0f} times as much"
        else:
            yield from verdict(generic, table=table, big=big)


def verdict(plan: Plan, *, table: str, big: set[str]) -> Iterator[str]:
    """One plan, and whether it is as it should be; its steps where somebody might want to see them."""
    complaints = "; ".join(plan.complaints(big))
    judged = f"**COMPLAINT** {complaints}" if complaints else "as it should be"
    yield f"* `{table}`, {plan.mode}: {plan.rows_looked_at():,} rows, {plan.execution_ms:.2f} ms: {judged}"
    yield from ("", "```", *plan.lines(), "```", "")
