"""Which stored objects the rows of a table of pictures own."""

from collections.abc import Collection, Mapping

from config.lib.custody import Claim, Shelf, names_of, stored_shelf
from config.lib.pictures.images import VARIANTS
from config.lib.pictures.models import StoredPicture


def picture_shelf(model: type[StoredPicture], *, remedy: str) -> Shelf:
    """The shelf of one table. `remedy`: what a person can do once a variant is lost."""
    rows = model._default_manager  # noqa: SLF001 -- Django's documented name

    def claims(names: Collection[str]) -> Mapping[str, Claim]:
        return {
            row.key: Claim(needed={f"{row.folder}/{name}": remedy for name in VARIANTS})
            for row in rows.filter(key__in=names)
        }

    return stored_shelf(model.ROOT, claims=claims, names=lambda last, most: names_of(rows.all(), last, most))
