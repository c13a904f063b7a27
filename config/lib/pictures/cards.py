"""A stored picture as JSON: a plain function over `values()` rows."""

from typing import Any

from django.conf import settings

PICTURE_COLUMNS = ("key", "color", "placeholder")


def picture_columns(prefix: str) -> tuple[str, ...]:
    """The columns of a joined picture, for `values()`; `prefix` ends with two underscores."""
    return tuple(f"{prefix}{name}" for name in PICTURE_COLUMNS)


def picture_card(row: dict[str, Any], prefix: str) -> dict[str, Any] | None:
    """The variants, under addresses that never change their picture; None where there is none."""
    key = row[f"{prefix}key"]
    if key is None:
        return None
    base = f"{settings.SITE_URL}/files/{key}"
    return {
        "thumb": f"{base}/thumb.webp",
        "medium": f"{base}/medium.webp",
        "large": f"{base}/large.webp",
        "placeholder": row[f"{prefix}placeholder"],
        "color": row[f"{prefix}color"],
    }
