"""The OpenAPI document tells the errors too: which problems an operation can answer follows from its tables."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


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


class ProblemAwareSchema(AutoSchema):
    """Adds the problem answers, and the ids and tags that read well in a client."""

    def get_tags(self) -> list[str]:
        return [self.view.__module__.split(".", maxsplit=1)[0]]

    def get_operation_id(self) -> str:
        noun = self.view.__class__.__name__.removesuffix("ViewSet")
        return f"{noun[0].lower()}{noun[1:]}_{self.view.action}"

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        for status in self.problem_statuses():
            if str(status) not in responses:
                described = self._get_response_for_code(ProblemSerializer, str(status), ["application/problem+json"])
                responses[str(status)] = described
        return responses

    def problem_statuses(self) -> list[int]:
        """The statuses of problems that this operation may answer with."""
        action = self.view.action
        has_body = self.method in {"POST", "PUT", "PATCH"}
        statuses = {400, 406}
        if action not in self.view.open_actions or self.view.authentication_classes:
            statuses.add(401)
        if self.method not in {"GET", "HEAD"}:
            statuses |= {403, 409}
        if "{" in self.path:
            statuses.add(404)
        if has_body:
            statuses |= {413, 415}
        return sorted(statuses)
