"""The page of a person: what they have published, listed in playlists and written."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.cards import row_of
from accounts.queries import find_user
from config.composed.pages import OWN_PAGE_SIZE, PAGE_SIZE, cards, moved, page, person_card, picture_here, viewer_of
from config.composed.playlist_pages import playlists_of
from config.composed.reactions import posts_of, sign_in_path
from config.lib.pictures.cards import picture_card, picture_columns
from tracks.models import Track


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """A person and their public tracks; to themselves also what nobody else sees in a list."""
    viewer = viewer_of(request)
    person = find_user(username, viewer=viewer)
    if person is None:
        raise Http404
    if person.username != username.lower():
        return moved(request, reverse("profile", args=[person.username]))
    theirs = Track.objects.visible_to(viewer).owned_by(person)
    rows = theirs.listed().order_by("-published_at", "-id").for_card()
    context = {
        "person": {
            **person_card(person),
            "bio": person.bio,
            "city": person.city,
            "header": picture_here(picture_card(row_of(person, picture_columns("header__")), "header__")),
        },
        "tracks": cards(rows[:PAGE_SIZE]),
        "unlisted": [],
        "playlists": playlists_of(person, viewer=viewer),
        "posts": posts_of(person, viewer=viewer),
        "sign_in": sign_in_path(request),
    }
    if viewer.user_id == person.pk:
        listed = theirs.listed().values("pk")
        rest = theirs.exclude(pk__in=listed).order_by("-created_at", "-id").for_card()
        context["unlisted"] = cards(rest[:OWN_PAGE_SIZE])
    return page(request, "profile", context, viewer=viewer)
