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
    on the rows of tracks that a grant of this kind opens to a viewer.
    """

    name: str
    links: Any
    thing: str
    visible_to: Callable[[Viewer], Any]
    may_edit: Callable[[Any, Any], bool]
    hold: Callable[[Any, Any], Any]
    shut: Callable[[Any], None]
    opens: Callable[[Grant, Viewer], Q]

    def thing_id_of(self, link: Any) -> int:
        """The id of what a link leads to."""
        thing_id: int = getattr(link, f"{self.thing}_id")
        return thing_id


def kinds() -> tuple[Kind, ...]:
    """Everything that can be shared."""
    table: tuple[Kind, ...] = import_string(settings.SHARE_KINDS)
    return table


def opened_by(grant: Grant, *, viewer: Viewer) -> Q:
    """The condition on rows of tracks that a grant opens to the viewer, at this moment."""
    found = kind_of(grant)
    return found.opens(grant, viewer) if found else Q(pk__in=[])


def led_to(grant: Grant, *, name: str) -> Any:
    """The id, for an `__in`, of what a grant leads to at this moment, if that is a thing of the kind of this name."""
    found = kind_of(grant)
    if found is None or found.name != name:
        return []
    return found.links.objects.granting(grant, thing=found.thing).values(f"{found.thing}_id")


def kind_of(grant: Grant) -> Kind | None:
    """What kind of thing a grant opens; None for one that nobody knows."""
    return next((kind for kind in kinds() if kind.name == grant.kind), None)
