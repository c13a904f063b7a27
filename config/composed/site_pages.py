"""Pages about the site itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import instance
from config.composed.pages import page, viewer_of


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms that whoever joins accepts, and the rules; absent where the operator has written none."""
    site = instance()
    if not site.terms_text:
        raise Http404
    return page(request, "terms", {"site": site}, viewer=viewer_of(request))
