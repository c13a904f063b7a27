from django.urls import path

import accounts.openapi  # noqa: F401 -- tells OpenAPI how a request signs in
from accounts.viewsets import MeViewSet, RegistrationViewSet, SessionViewSet, TicketViewSet, TokenViewSet

urlpatterns = [
    path("auth/register/", RegistrationViewSet.as_view({"post": "register"}), name="register"),
    path("auth/verify-email/", RegistrationViewSet.as_view({"post": "verify_email"}), name="verify-email"),
    path("auth/login/", TokenViewSet.as_view({"post": "login"}), name="login"),
    path("auth/token/refresh/", TokenViewSet.as_view({"post": "refresh"}), name="token-refresh"),
    path("auth/logout/", SessionViewSet.as_view({"post": "logout"}), name="logout"),
    path("auth/sessions/", SessionViewSet.as_view({"get": "list", "delete": "destroy_others"}), name="sessions"),
    path("auth/sessions/<uuid:id>/", SessionViewSet.as_view({"delete": "destroy"}), name="session"),
    path("auth/socket-ticket/", TicketViewSet.as_view({"post": "create"}), name="socket-ticket"),
    path("me/", MeViewSet.as_view({"get": "retrieve"}), name="me"),
]
