from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from accounts.admin import StaffPasswordView
from config.composed import (
    dev_mail,
    export_file,
    google_pages,
    health,
    key_pages,
    metrics,
    pages,
    pictures,
    playlist_pages,
    profile_page,
    security_page,
    settings_page,
    share_pages,
    site_pages,
    spaces_pages,
    trash_page,
)
from config.composed.docs import SchemaView, SwaggerView
from config.composed.instance import InstanceViewSet
from config.composed.live import LiveViewSet
from config.composed.rate_limits import RateLimitsViewSet
from config.composed.trash_api import TrashViewSet
from config.lib.limits.forms import limited_form
from tracks import media

handler400 = "config.lib.problems.bad_request"
handler403 = "config.lib.problems.permission_denied"
handler404 = "config.lib.problems.not_found"
handler500 = "config.lib.problems.server_error"

USERNAME = r"(?P<username>[A-Za-z][A-Za-z0-9_-]{2,29})"

TRASH = [
    path("", TrashViewSet.as_view({"get": "list"}), name="trash"),
    re_path(
        r"^(?P<kind>[a-z]+)/(?P<id>[0-9]{1,18})/$", TrashViewSet.as_view({"delete": "destroy"}), name="trash-entry"
    ),
]

urlpatterns = [
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("billing.urls")),
    path("api/v1/", include("social.urls")),
    path("api/v1/", include("engagement.urls")),
    path("api/v1/", include("discovery.urls")),
    path("api/v1/", include("playlists.urls")),
    path("api/v1/", include("tracks.urls")),
    path("api/v1/instance/", InstanceViewSet.as_view({"get": "retrieve"}), name="instance"),
    path("api/v1/live/", LiveViewSet.as_view({"get": "retrieve"}), name="live"),
    path("api/v1/me/trash/", include(TRASH)),
    path("api/v1/rate-limits/", RateLimitsViewSet.as_view({"get": "retrieve"}), name="rate-limits"),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", SwaggerView.as_view(url_name="schema"), name="api-docs"),
    path("admin/login/", limited_form(admin.site.login)),
    path("admin/password_change/", limited_form(admin.site.admin_view(StaffPasswordView.as_view(), cacheable=True))),
    path("admin/", admin.site.urls),
    path("health/live/", health.live, name="health-live"),
    path("health/ready/", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("media/<str:capability>/download", media.download, name="download"),
    path("media/<str:capability>/export", export_file.download, name="export-file"),
    path("media/<str:capability>/<str:name>", media.stream, name="stream"),
    re_path(r"^files/(?P<key>[0-9a-f]{32})/(?P<name>(?:thumb|medium|large)\.webp)$", pictures.picture, name="picture"),
    path("join/", pages.join, name="join"),
    path("login/", pages.login, name="login-page"),
    path("settings/", settings_page.settings, name="settings"),
    path("settings/security/", security_page.security, name="security"),
    path("settings/trash/", trash_page.trash, name="trash-page"),
    path("login/google/", google_pages.google, name="google-page"),
    path("upload/", pages.upload, name="upload"),
    path("forgot-password/", pages.forgot_password, name="forgot-password"),
    path("verify-email/", key_pages.confirm_email, name="verify-email-page"),
    path("reset-password/", key_pages.set_password, name="reset-password-page"),
    path("change-email/", key_pages.confirm_email_change, name="change-email-page"),
    path("spaces/", spaces_pages.spaces, name="spaces-page"),
    re_path(r"^spaces/(?P<space_id>[0-9]{1,18})/$", spaces_pages.space, name="space-page"),
    path("spaces/invitations/", spaces_pages.invitation, name="space-invitation-page"),
    re_path(r"^s/(?P<token>[A-Za-z0-9_-]{1,200})/$", share_pages.share, name="share-page"),
    path("terms/", site_pages.terms, name="terms"),
    path("docs/", pages.to_docs),
    path("errors/", pages.errors, name="errors"),
]
if settings.DEV_PAGES:
    urlpatterns.append(path("dev/mail/", dev_mail.mailbox, name="dev-mail"))

urlpatterns += [
    path("", pages.home, name="home"),
    re_path(rf"^{USERNAME}/$", profile_page.profile, name="profile"),
    re_path(rf"^{USERNAME}/sets/(?P<permalink>[a-z0-9_-]+)/$", playlist_pages.playlist, name="playlist-page"),
    re_path(rf"^{USERNAME}/(?P<permalink>[a-z0-9_-]+)/$", pages.track, name="track-page"),
]
