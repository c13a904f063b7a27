"""The OpenAPI document tells the errors too: which problems an operation can answer follows from its tables."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from config.lib.idempotency import KEY_HEADER, REPLAYED_HEADER, IdempotencyInProgress
from config.lib.permissions import any_person
from config.lib.problems import FRAME_PROBLEMS


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable and listed in docs/errors.md."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField()
    errors = FieldErrorSerializer(many=True, required=False)


REPEATABLE = [
    OpenApiParameter(
        KEY_HEADER,
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        OpenApiParameter.HEADER,
        description="Of the caller's choice, new for each new request: a UUID. Sent again under the same key within a "
        "day, the same request changes nothing and is answered as it was the first time.",
    ),
    OpenApiParameter(
        REPLAYED_HEADER,
        {"type": "string", "enum": ["true"]},
        OpenApiParameter.HEADER,
        description="This is the answer that an earlier request with this key got.",
        response=["200", "201", "202", "204"],
    ),
    OpenApiParameter(
        "Retry-After",
        int,
        OpenApiParameter.HEADER,
        description=f"With `{IdempotencyInProgress.code}`: after how many seconds to send the same again.",
        response=["409"],
    ),
]

# What every answer says of its caller's budgets, told where it matters most; SPECTACULAR_SETTINGS describes them.
LIMIT_HEADERS = ("Retry-After", "RateLimit-Policy", "RateLimit")


class ProblemAwareSchema(AutoSchema):
    """Adds the problem answers, the header of repeatable actions, and the ids and tags that read well in a client."""

    def get_tags(self) -> list[str]:
        return [self.view.__module__.split(".", maxsplit=1)[0]]

    def get_operation_id(self) -> str:
        noun = self.view.__class__.__name__.removesuffix("ViewSet")
        return f"{noun[0].lower()}{noun[1:]}_{self.view.action}"

    def get_auth(self) -> list[dict[str, Any]]:
        """Open operations are for everybody: to sign in is one of the ways, and not to is another."""
        ways: list[dict[str, Any]] = super().get_auth()
        return [*ways, {}] if ways and self.view.action in self.view.open_actions and {} not in ways else ways

    def get_extensions(self) -> dict[str, Any]:
        """`x-token-scope`: what a personal token needs; none where no such token is taken."""
        scope = self.view.scopes.get(self.view.action)
        return {**super().get_extensions(), **({"x-token-scope": str(scope)} if scope else {})}

    def get_override_parameters(self) -> list[Any]:
        repeatable = self.view.action in self.view.repeatable_actions
        return [*super().get_override_parameters(), *(REPEATABLE if repeatable else [])]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        problems = self.problems()
        for status in sorted({status for _, status, _ in problems}):
            described = self._get_response_for_code(ProblemSerializer, str(status), ["application/problem+json"])
            described["description"] = " ".join(f"`{code}`: {text}" for code, of, text in problems if of == status)
            responses[str(status)] = described
        responses["429"]["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMIT_HEADERS}
        return responses

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        """That of a DELETE too, where the view reads one: the package looks at the method alone."""
        method = self.method
        self.method = "POST" if self.has_body() else method
        try:
            body: dict[str, Any] | None = super()._get_request_body(direction)
            return body
        finally:
            self.method = method

    def has_body(self) -> bool:
        """Whether the operation reads what is sent with it."""
        return self.method in {"POST", "PUT", "PATCH"} or self.view.action in self.view.confirmed_actions

    def problems(self) -> list[tuple[str, int, str]]:
        """(code, status, sentence) of every problem that this operation may answer with, the frame's first."""
        codes = sorted(self.frame_codes(), key=list(FRAME_PROBLEMS).index)
        return [(code, *FRAME_PROBLEMS[code]) for code in codes] + [
            (error.code, error.status, error.title) for error in self.view.known_problems()
        ]

    def frame_codes(self) -> set[str]:
        """The problems that follow from the tables of the view, from its method and from its path."""
        action, view = self.view.action, self.view
        codes = {"invalid", "not_acceptable", "unavailable"}
        if self.has_body():
            codes |= {"parse_error", "body_too_large", "unsupported_media_type"}
        if view.authentication_classes:
            codes.add("authentication_failed")
        if view.authentication_classes and self.method != "GET":
            codes.add("csrf_failed")
        if action not in view.open_actions:
            codes.add("not_authenticated")
        if view.policies.get(action, any_person) is not any_person:
            codes.add("permission_denied")
        if "{" in self.path or action in view.finding_actions:
            codes.add("not_found")
        return codes
