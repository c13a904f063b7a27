"""What lists are narrowed by."""

from typing import Any

from django import forms
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from config.lib.texts import plain


def narrows(request: Request, view: Any) -> bool:
    """Whether the address says a word of the viewset's `filterset_class`."""
    return bool(request.query_params.keys() & view.filterset_class.base_filters.keys())


class FilterBackend(DjangoFilterBackend):
    """Reads a viewset's `filterset_class`, where the address says a word of it: a form for nothing costs more than the
    rows of a list."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        return super().filter_queryset(request, queryset, view) if narrows(request, view) else queryset


class NothingBlank(forms.Form):
    """A filter that is there must say something: `?ids=` asks for no track, and not for all of them."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.fields.keys() & self.data.keys():
            if not plain(self.data[name]):
                self.add_error(name, forms.ValidationError("This filter needs a value.", code="blank"))
        return cleaned
