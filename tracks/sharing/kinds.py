"""What can be shared by links. An app whose things can be is a model, a `Kind`, a subclass of the viewset and a line in
the table of the composition root (`settings.SHARE_KINDS`), for this app cannot know those above it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from config.lib.grants import Grant
from config.lib.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`name` stands in grants and answers; `links` is the model of its links, a `ShareLink` whose column `thing` names
    what a link leads to.

    visible_to: the things that a viewer may open. may_edit: who hands out links. hold: the thing, held by who may still
    edit it, for the rest of the transaction. shut: what follows when a link that was opened goes. opens: the condition
    on the rows of tracks that a grant of this kind opens.
    """

    name: str
    links: Any
    thing: str
    visible_to: Callable[[Viewer], Any]
    may_edit: Callable[[Any, Any], bool]
    hold: Callable[[Any, Any], Any]
    shut: Callable[[Any], None]
    opens: Callable[[Grant], Q]

    def thing_id_of(self, link: Any) -> int:
        """The id of what a link leads to."""
        thing_id: int = getattr(link, f"{self.thing}_id")
        return thing_id


def kinds() -> tuple[Kind, ...]:
    """Everything that can be shared."""
    table: tuple[Kind, ...] = import_string(settings.SHARE_KINDS)
    return table


def opened_by(grant: Grant) -> Q:
    """The condition on rows of tracks that a grant opens, at this moment."""
    found = next((kind for kind in kinds() if kind.name == grant.kind), None)
    return found.opens(grant) if found else Q(pk__in=[])
