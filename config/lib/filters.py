"""What lists are narrowed by."""

from typing import Any

from django import forms

from config.lib.texts import plain


class NothingBlank(forms.Form):
    """A filter that is there must say something: `?ids=` asks for no track, and not for all of them."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.fields.keys() & self.data.keys():
            if not plain(self.data[name]):
                self.add_error(name, forms.ValidationError("This filter needs a value.", code="blank"))
        return cleaned
