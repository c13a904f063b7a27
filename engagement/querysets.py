from typing import Any

from django.db.models import Q, QuerySet

from accounts.querysets import seen_by
from config.lib.viewer import Viewer


class MarkQuerySet(QuerySet[Any]):
    """Rows of any kind of mark; `noun` of the model leads to what they are set on."""

    def visible_to(self, viewer: Viewer) -> "MarkQuerySet":
        """The marks of people whom the viewer may see. What they are set on is asked for by `on` and `shown_to`."""
        return self.filter(seen_by(viewer, "person__"))

    def by(self, user_id: int | None) -> "MarkQuerySet":
        """Those of one person."""
        return self.filter(person_id=user_id)

    def on(self, thing_id: int) -> "MarkQuerySet":
        """Those on one thing."""
        return self.filter(**{f"{self.model.noun}_id": thing_id})

    def shown_to(self, viewer: Viewer) -> "MarkQuerySet":
        """Those on things that the viewer may see and that lists show."""
        things = self.model._meta.get_field(self.model.noun).related_model._default_manager  # noqa: SLF001 -- Django's documented names
        return self.filter(**{f"{self.model.noun}__in": things.visible_to(viewer).listed().values("pk")})

    def miscounted(self, *, stands: bool) -> "MarkQuerySet":
        """Those that are counted unlike their person's standing asks for."""
        return self.filter(is_counted=not stands)


class LikeQuerySet(MarkQuerySet):
    def told_to(self, viewer: Viewer) -> "MarkQuerySet":
        """The likes of people who tell what they like, and the viewer's own."""
        return self.filter(Q(person__likes_public=True) | Q(person_id=viewer.user_id))
