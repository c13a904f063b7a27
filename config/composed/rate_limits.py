"""How much a caller may do, and how much of it is left."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.limits import Budget, address_subject, all_budgets, caller_subject, peek
from config.lib.limits.budgets import CREDENTIALS_ADDRESS, FAILURES_ADDRESS, OF_NAMES, PLAYS_ADDRESS, REGISTER
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet

OF_ADDRESSES = {REGISTER, CREDENTIALS_ADDRESS, FAILURES_ADDRESS, PLAYS_ADDRESS}  # whoever is signed in


class RateLimit(serializers.Serializer[Any]):
    """`limit` calls in any `window_s` seconds; `resets_in_s` until one that counts is forgotten, 0 when none counts."""

    name = serializers.CharField()
    limit = serializers.IntegerField()
    window_s = serializers.IntegerField()
    remaining = serializers.IntegerField()
    resets_in_s = serializers.IntegerField()


class RateLimits(serializers.Serializer[Any]):
    budgets = RateLimit(many=True)


class RateLimitsViewSet(ApiViewSet):
    """The caller's own budgets."""

    scopes = {"retrieve": Scope.READ}
    open_actions = frozenset({"retrieve"})

    @extend_schema(responses=RateLimits)
    def retrieve(self, request: Request) -> Response:
        """What is left to the caller of every budget; this call itself counts as a read.

        Of the account when signed in, else of the address; sign-ins and registrations always of the address. What
        counts for a name, a link or an address that somebody gives (`credentials`, `failures`, `link_passwords`,
        `mails_to`) is not listed.
        """
        rows = [self.row(found) for found in all_budgets() if found.name not in OF_NAMES]
        return Response({"budgets": rows}, headers={"Cache-Control": "no-store"})

    def row(self, budget: Budget) -> dict[str, Any]:
        call = self.request._request  # noqa: SLF001 -- DRF's own way to the Django request
        subject = address_subject(call) if budget.name in OF_ADDRESSES else caller_subject(call, self.request.user)
        left = peek(budget, subject=subject)
        return {
            "name": budget.name,
            "limit": budget.limit,
            "window_s": budget.window_s,
            "remaining": left.remaining,
            "resets_in_s": left.resets_in_s,
        }
