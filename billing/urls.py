from django.urls import path

from billing.viewsets import PlanViewSet, UsageViewSet

urlpatterns = [
    path("billing/plans/", PlanViewSet.as_view({"get": "list"}), name="plans"),
    path("billing/usage/", UsageViewSet.as_view({"get": "retrieve"}), name="usage"),
]
