"""The base of every endpoint: what may not be seen is absent, what is not allowed is refused."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.http import Http404, QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from config.lib.errors import DomainError
from config.lib.idempotency import KEY_PROBLEMS, Handler, answer_once
from config.lib.limits import LimitedView, Throttled
from config.lib.scopes import PersonNeeded, Scope, ScopeMissing
from config.lib.viewer import Viewer

logger = logging.getLogger(__name__)

Policy = Callable[[Any, Any], bool]
# The query parameters that open what is not public: every read of such a thing takes them.
OPENING_WORDS = frozenset({"secret_token", "grant"})
OPENING = (
    OpenApiParameter("secret_token", str, description="Opens what is private, as its owner handed it out."),
    OpenApiParameter("grant", str, description="What `share-links/open/` answered: opens what the link leads to."),
)


def check_words(query: QueryDict, known: set[str]) -> None:
    """Refuse query parameters that nobody reads, that come twice, or that hold a NUL byte (PostgreSQL takes none)."""
    errors = {}
    for name, values in query.lists():
        if name not in known:
            errors[name.replace("\0", "")] = "This query parameter is not known here."
        elif len(values) > 1:
            errors[name] = "This query parameter may be given once."
        elif "\0" in values[0]:
            errors[name] = "Null characters are not allowed."
    if errors:
        raise ValidationError(errors, code="unknown_parameter")


class ApiViewSet(LimitedView, GenericViewSet[Any]):
    """An endpoint that belongs to no queryset.

    open_actions: actions that need no sign-in. policies: unsafe action -> rule. query_words: action -> parameters.
    scopes: action -> what a program's token needs; actions that are not in it are for people alone.
    finding_actions: those whose body names something that may be absent (404).
    confirmed_actions: DELETEs that read a body, which proves that it is really the person.
    problems: action -> errors of the domain that it may answer with; the API's document tells them.
    repeatable_actions: POSTs that answer a second time as they did the first, when they bring an Idempotency-Key. With
    one, all that the handler writes is one transaction, and what it answers is kept for a day: no secrets.
    budgets: action -> rate limit, where it is not that of its method.
    """

    open_actions: ClassVar[frozenset[str]] = frozenset()
    policies: ClassVar[Mapping[str, Policy]] = {}
    scopes: ClassVar[Mapping[str, Scope]] = {}
    query_words: ClassVar[Mapping[str, frozenset[str]]] = {}
    finding_actions: ClassVar[frozenset[str]] = frozenset()
    confirmed_actions: ClassVar[frozenset[str]] = frozenset()
    problems: ClassVar[Mapping[str, tuple[type[DomainError], ...]]] = {}
    repeatable_actions: ClassVar[frozenset[str]] = frozenset()
    post: Handler  # set by `as_view` where POST is offered

    def handle_exception(self, exc: Exception) -> Response:
        """What the table does not tell is answered all the same, and logged: the document is wrong then."""
        if isinstance(exc, DomainError) and type(exc) not in self.known_problems():
            logger.error(
                "undeclared_problem", extra={"code": exc.code, "operation": f"{type(self).__name__}.{self.action}"}
            )
        return super().handle_exception(exc)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if any("\0" in str(part) for part in kwargs.values()):
            raise Http404  # PostgreSQL holds no such name
        if self.action:
            check_words(request.query_params, self.known_words())
        if self.action in self.repeatable_actions:
            self.post = partial(answer_once, self.post)  # whom DRF's dispatch calls next

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What says nothing of caches may be kept by the caller alone, who asks again each time."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def known_words(self) -> set[str]:
        """The query parameters that the current action reads."""
        return set(self.query_words.get(self.action, ()))

    def known_problems(self) -> tuple[type[DomainError], ...]:
        """The errors of the domain that the current action may answer with."""
        declared: tuple[type[DomainError], ...] = (
            Throttled,
            *self.scope_problems(),
            *self.problems.get(self.action, ()),
        )
        return (*declared, *KEY_PROBLEMS) if self.action in self.repeatable_actions else declared

    def scope_problems(self) -> tuple[type[DomainError], ...]:
        """What the token of a program may be told."""
        if not self.authentication_classes:
            return ()
        return (ScopeMissing,) if self.action in self.scopes else (PersonNeeded,)

    def checked(self, serializer_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """What the request's body says, in the shape that the serializer asks for; 400 otherwise."""
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data

    @property
    def viewer(self) -> Viewer:
        """Who is looking at this request."""
        words = self.request.query_params
        keys = {name: words.get(name, "") for name in OPENING_WORDS}
        return Viewer.with_token(user=self.request.user, **keys)


class VisibleViewSet(ApiViewSet):
    """An endpoint over rows: `get_queryset` holds only what the viewer may open, so the rest is 404.

    list_actions: the actions that answer with a page (they read `limit` and `cursor`).
    """

    list_actions: ClassVar[frozenset[str]] = frozenset({"list"})
    # Digits that fit a bigint; anything else is a path that does not exist.
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return super().get_queryset().visible_to(self.viewer)

    def known_words(self) -> set[str]:
        words = super().known_words()
        if self.action in self.list_actions:
            words |= {"limit", "cursor"}
            words |= set(self.filterset_class.base_filters) if self.filterset_class else set()
        return words

    filterset_class: ClassVar[Any] = None
