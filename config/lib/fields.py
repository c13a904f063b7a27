"""Fields of serializers for what people type."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.validators import URLValidator
from django.http import QueryDict
from rest_framework import serializers

from config.lib.texts import has_control_characters, plain


class Line(serializers.CharField):
    """Plain text on one line: composed, without direction marks; control characters are refused."""

    default_error_messages = {"control_characters": "Control characters are not taken."}
    controls = ""

    def to_internal_value(self, data: Any) -> str:
        text = plain(super().to_internal_value(data))
        if has_control_characters(text, but=self.controls):
            self.fail("control_characters")
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class Lines(Line):
    """Plain text with line breaks and tabs."""

    controls = "\n\t"


class WebAddress(Line):
    """An address that a page may link to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators.append(URLValidator(schemes=["http", "https"]))


class ShortList(serializers.ListField):
    """A list whose length is looked at before its entries, so that a long one costs nothing."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if self.max_length and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class ClosedSerializer(serializers.Serializer[Any]):
    """Takes its own fields and no others: what nobody reads is refused, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse(set(data) - set(self.fields), "This field is not known here.", code="unknown")
        return super().to_internal_value(data)


class ClosedForm(serializers.Serializer[Any]):
    """The same for forms, which may bring a field twice too. What is wrong with its own fields is told first."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse(set(self.initial_data) - set(self.fields), "This field is not known here.", code="unknown")
        if isinstance(self.initial_data, QueryDict):
            repeated = {name for name, values in self.initial_data.lists() if len(values) > 1}
            refuse(repeated, "This field may be given once.", code="repeated")
        return attrs


def refuse(names: Iterable[str], sentence: str, *, code: str) -> None:
    """Raise one error for each of the fields, if there are any."""
    errors = {name: serializers.ErrorDetail(sentence, code=code) for name in names}
    if errors:
        raise serializers.ValidationError(errors)
