from django.urls import path, re_path

import accounts.openapi  # noqa: F401 -- tells OpenAPI how a request signs in
from accounts.viewsets import (
    ConnectionViewSet,
    CredentialViewSet,
    DeletionCodeViewSet,
    ExportViewSet,
    GoogleViewSet,
    InviteViewSet,
    MailedKeyViewSet,
    MeViewSet,
    PersonalTokenViewSet,
    RegistrationViewSet,
    SecondFactorViewSet,
    SessionViewSet,
    TicketViewSet,
    TokenViewSet,
    UserViewSet,
)

urlpatterns = [
    path("auth/register/", RegistrationViewSet.as_view({"post": "register"}), name="register"),
    path("auth/verify-email/", RegistrationViewSet.as_view({"post": "verify_email"}), name="verify-email"),
    path(
        "auth/verify-email/resend/",
        MailedKeyViewSet.as_view({"post": "resend_verification"}),
        name="verify-email-resend",
    ),
    path("auth/password/change/", CredentialViewSet.as_view({"post": "change_password"}), name="password-change"),
    path("auth/password/reset/", MailedKeyViewSet.as_view({"post": "ask_reset"}), name="password-reset"),
    path("auth/password/reset/confirm/", MailedKeyViewSet.as_view({"post": "reset"}), name="password-reset-confirm"),
    path("auth/email/change/", CredentialViewSet.as_view({"post": "ask_email_change"}), name="email-change"),
    path("auth/email/change/confirm/", MailedKeyViewSet.as_view({"post": "change_email"}), name="email-change-confirm"),
    path("auth/login/", TokenViewSet.as_view({"post": "login"}), name="login"),
    path("auth/google/", GoogleViewSet.as_view({"post": "sign_in"}), name="google"),
    path("auth/connections/", ConnectionViewSet.as_view({"get": "list", "post": "create"}), name="connections"),
    re_path(
        r"^auth/connections/(?P<id>[0-9]{1,18})/$", ConnectionViewSet.as_view({"delete": "destroy"}), name="connection"
    ),
    path("auth/token/refresh/", TokenViewSet.as_view({"post": "refresh"}), name="token-refresh"),
    path("auth/logout/", SessionViewSet.as_view({"post": "logout"}), name="logout"),
    path("auth/sessions/", SessionViewSet.as_view({"get": "list", "delete": "destroy_others"}), name="sessions"),
    path("auth/sessions/<uuid:id>/", SessionViewSet.as_view({"delete": "destroy"}), name="session"),
    path("auth/mfa/totp/", SecondFactorViewSet.as_view({"post": "begin", "delete": "remove"}), name="totp"),
    path("auth/mfa/totp/confirm/", SecondFactorViewSet.as_view({"post": "confirm"}), name="totp-confirm"),
    path("auth/mfa/recovery-codes/", SecondFactorViewSet.as_view({"post": "recovery_codes"}), name="recovery-codes"),
    path("auth/socket-ticket/", TicketViewSet.as_view({"post": "create"}), name="socket-ticket"),
    path(
        "me/",
        MeViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="me",
    ),
    path("me/username/", MeViewSet.as_view({"put": "change_username"}), name="username"),
    path("me/invites/", InviteViewSet.as_view({"get": "list", "post": "create"}), name="invites"),
    re_path(r"^me/invites/(?P<invite>[0-9]{1,18})/$", InviteViewSet.as_view({"delete": "destroy"}), name="invite"),
    path("me/tokens/", PersonalTokenViewSet.as_view({"get": "list", "post": "create"}), name="personal-tokens"),
    path("me/tokens/<uuid:id>/", PersonalTokenViewSet.as_view({"delete": "destroy"}), name="personal-token"),
    path("users/", UserViewSet.as_view({"get": "list"}), name="users"),
    path("users/<str:user>/", UserViewSet.as_view({"get": "retrieve"}), name="user"),
    path("me/deletion-code/", DeletionCodeViewSet.as_view({"post": "create"}), name="deletion-code"),
    path("me/export/", ExportViewSet.as_view({"get": "retrieve", "post": "create"}), name="export"),
]
