"""The one place where calls of the API are counted."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import APIException
from rest_framework.request import Request

from config.lib.limits.budgets import Budget, budget, budget_for_method
from config.lib.limits.headers import draws_of, limit_headers, spend
from config.lib.limits.subjects import address_subject, caller_subject


class LimitedView:
    """Mixed into a view of DRF. budgets: action -> the budget it draws from; others draw from `reads` or `writes`."""

    budgets: ClassVar[Mapping[str, str]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the call before anything else is done for it. A sign-in that is refused counts for its address."""
        try:
            user = request.user
        except APIException:
            self.count(request, subject=address_subject(request._request))  # noqa: SLF001 -- DRF's own way
            raise
        self.count(request, subject=caller_subject(request._request, user))  # noqa: SLF001 -- likewise
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # the view that this is mixed into

    def count(self, request: Request, *, subject: str) -> None:
        """Draw from the budget of the current action; raises Throttled."""
        spend(request._request, self.budget_of_call(request), subject=subject)  # noqa: SLF001 -- likewise

    def budget_of_call(self, request: Request) -> Budget:
        name = self.budgets.get(getattr(self, "action", None) or "")
        return budget(name) if name else budget_for_method(str(request.method))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # likewise
        for name, value in limit_headers(draws_of(request._request)).items():  # noqa: SLF001 -- likewise
            response[name] = value
        return response
