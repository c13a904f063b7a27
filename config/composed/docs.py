"""The API's documentation in the browser, from this installation's own files."""

from typing import Any, ClassVar

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.lib.limits import LimitedView


class SchemaView(LimitedView, SpectacularAPIView):
    """The OpenAPI document; it is made anew for each caller, so that a caller gets only so many."""

    authentication_classes: ClassVar[list[Any]] = []


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}), name="dispatch")
class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI with its script in a file of its own, so that no inline script has to be allowed."""

    authentication_classes: ClassVar[list[Any]] = []
    renderer_classes = SpectacularSwaggerSplitView.renderer_classes
