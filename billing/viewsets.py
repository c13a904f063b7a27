from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing.cards import plan_card, usage_card
from billing.models import Plan
from billing.queries import consumption
from billing.serializers import PlanCard, UsageDetail
from config.lib.pagination import CursorPages
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet, VisibleViewSet


class SmallestFirst(CursorPages):
    """In the order that the operator gave."""

    ordering = ("position", "id")


class PlanViewSet(VisibleViewSet):
    """What this site offers."""

    queryset = Plan.objects.all()
    serializer_class = PlanCard
    pagination_class = SmallestFirst
    scopes = {"list": Scope.READ}
    open_actions = frozenset({"list"})

    @extend_schema(responses=PlanCard(many=True))
    def list(self, request: Request) -> Response:
        """The plans on offer, the smallest first. Whoever has none of their own has the default one."""
        plans = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response([plan_card(plan) for plan in plans or []])


class UsageViewSet(ApiViewSet):
    """One's own quota."""

    scopes = {"retrieve": Scope.READ}

    @extend_schema(responses=UsageDetail)
    def retrieve(self, request: Request) -> Response:
        """What the signed-in person has taken of upload time, storage and today's downloads, beside the limits."""
        card = usage_card(consumption(user=request.user, at=timezone.now()))
        return Response(card, headers={"Cache-Control": "no-store"})
