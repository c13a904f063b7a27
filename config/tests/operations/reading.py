"""Reading what `/metrics` says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client.parser import text_string_to_metric_families

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Figures:
    """(name, labels) -> value of every sample; the text must be what Prometheus reads."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figure(figures: Figures, name: str, **labels: str) -> float:
    """The value of one sample; 0 for one that nobody has counted yet."""
    return figures.get((name, frozenset(labels.items())), 0)


@contextmanager
def growth(scrape: Callable[[], Figures]) -> Iterator[Callable[..., float]]:
    """How much samples have grown in the block: other tests count in this process too."""
    before, after = scrape(), {}
    yield lambda name, **labels: figure(after, name, **labels) - figure(before, name, **labels)
    after |= scrape()
