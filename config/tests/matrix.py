"""Every operation of the API, and what it answers to every kind of caller."""

COLUMNS = ("anonymous", "owner", "stranger", "staff", "suspended")
# Whoever works in the admin is a stranger like others here; whoever has not confirmed an address is nobody yet.
AS = {"moderator": "staff", "unverified": "suspended"}
ROLES = (*COLUMNS, *AS)
# The row of an operation: what it answers to anonymous, owner, stranger, staff, suspended. The thing it is about is a
# public track of the owner's; `{hidden}` rows are about a private one. Staff see hidden things in the admin only.
SIGNED_OUT = (400, 400, 400, 400, 400)  # an empty body is what is wrong; these look at no sign-in
MATRIX = {
    "POST /api/v1/auth/register/": SIGNED_OUT,
    "POST /api/v1/auth/verify-email/": SIGNED_OUT,
    "POST /api/v1/auth/verify-email/resend/": SIGNED_OUT,
    "POST /api/v1/auth/password/change/": (401, 400, 400, 400, 401),
    "POST /api/v1/auth/password/reset/": SIGNED_OUT,
    "POST /api/v1/auth/password/reset/confirm/": SIGNED_OUT,
    "POST /api/v1/auth/email/change/": (401, 400, 400, 400, 401),
    "POST /api/v1/auth/email/change/confirm/": SIGNED_OUT,
    "POST /api/v1/auth/login/": SIGNED_OUT,
    "POST /api/v1/auth/token/refresh/": (401, 401, 401, 401, 401),  # neither body nor cookie brings a token
    "POST /api/v1/auth/logout/": (401, 204, 204, 204, 401),
    "GET /api/v1/rate-limits/": (200, 200, 200, 200, 401),
    "GET /api/v1/auth/sessions/": (401, 200, 200, 200, 401),
    "DELETE /api/v1/auth/sessions/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/auth/sessions/{id}/": (401, 204, 404, 404, 401),  # the owner's
    "POST /api/v1/auth/google/": SIGNED_OUT,
    "GET /api/v1/auth/connections/": (401, 200, 200, 200, 401),
    "POST /api/v1/auth/connections/": (401, 400, 400, 400, 401),  # no proof of who it is at Google
    "DELETE /api/v1/auth/connections/{id}/": (401, 204, 404, 404, 401),  # the owner's
    "POST /api/v1/auth/mfa/totp/": (401, 200, 200, 200, 401),
    "DELETE /api/v1/auth/mfa/totp/": (401, 400, 400, 400, 401),  # neither password nor code
    "POST /api/v1/auth/mfa/totp/confirm/": (401, 400, 400, 400, 401),
    "POST /api/v1/auth/mfa/recovery-codes/": (401, 409, 409, 409, 401),  # nobody has a second factor
    "POST /api/v1/auth/socket-ticket/": (401, 201, 201, 201, 401),
    "GET /api/v1/live/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/": (401, 200, 200, 200, 401),
    "PATCH /api/v1/me/": (401, 200, 200, 200, 401),
    "PUT /api/v1/me/avatar/": (401, 200, 200, 200, 401),
    "DELETE /api/v1/me/avatar/": (401, 204, 204, 204, 401),
    "PUT /api/v1/me/header/": (401, 200, 200, 200, 401),
    "DELETE /api/v1/me/header/": (401, 204, 204, 204, 401),
    "PUT /api/v1/me/username/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/tokens/": (401, 200, 200, 200, 401),
    "POST /api/v1/me/tokens/": (401, 201, 201, 201, 401),
    "DELETE /api/v1/me/tokens/{id}/": (401, 204, 404, 404, 401),  # the owner's
    "GET /api/v1/instance/": (200, 200, 200, 200, 401),
    "GET /api/v1/me/invites/": (401, 200, 200, 200, 401),
    "POST /api/v1/me/invites/": (401, 403, 403, 403, 401),  # the door is open
    "DELETE /api/v1/me/invites/{invite}/": (401, 204, 404, 404, 401),  # the owner's
    "GET /api/v1/users/": (200, 200, 200, 200, 401),
    "GET /api/v1/users/{user}/": (200, 200, 200, 200, 401),
    "DELETE /api/v1/me/": (401, 403, 403, 403, 401),  # without a password
    "POST /api/v1/me/deletion-code/": (401, 409, 409, 409, 401),  # they have passwords
    "GET /api/v1/me/export/": (401, 404, 404, 404, 401),  # nobody has asked for one
    "POST /api/v1/me/export/": (401, 202, 202, 202, 401),
    "GET /api/v1/me/tracks/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/trash/": (401, 200, 200, 200, 401),
    "DELETE /api/v1/me/trash/{kind}/{id}/": (401, 204, 404, 404, 401),  # a track that the owner has thrown away
    "GET /api/v1/billing/plans/": (200, 200, 200, 200, 401),
    "GET /api/v1/billing/usage/": (401, 200, 200, 200, 401),
    "GET /api/v1/tracks/": (200, 200, 200, 200, 401),
    "POST /api/v1/tracks/": (401, 201, 201, 201, 401),
    "PUT /api/v1/users/{user}/follow/": (401, 409, 204, 204, 401),  # the owner
    "DELETE /api/v1/users/{user}/follow/": (401, 409, 204, 204, 401),
    "PUT /api/v1/users/{user}/block/": (401, 409, 204, 204, 401),
    "DELETE /api/v1/users/{user}/block/": (401, 409, 204, 204, 401),
    "PUT /api/v1/users/{user}/mute/": (401, 409, 204, 204, 401),
    "DELETE /api/v1/users/{user}/mute/": (401, 409, 204, 204, 401),
    "PUT /api/v1/users/{user}/mute-reposts/": (401, 409, 204, 204, 401),
    "DELETE /api/v1/users/{user}/mute-reposts/": (401, 409, 204, 204, 401),
    "GET /api/v1/users/{user}/followers/": (200, 200, 200, 200, 401),
    "GET /api/v1/users/{user}/followings/": (200, 200, 200, 200, 401),
    "GET /api/v1/me/blocks/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/mutes/": (401, 200, 200, 200, 401),
    # The owner's space, in which there is somebody else; the invitation is to an address.
    "GET /api/v1/spaces/": (401, 200, 200, 200, 401),
    "POST /api/v1/spaces/": (401, 201, 201, 201, 401),
    "GET /api/v1/spaces/{space}/": (401, 200, 404, 404, 401),
    "PATCH /api/v1/spaces/{space}/": (401, 200, 404, 404, 401),
    "DELETE /api/v1/spaces/{space}/": (401, 204, 404, 404, 401),
    "GET /api/v1/spaces/{space}/members/": (401, 200, 404, 404, 401),
    "PATCH /api/v1/spaces/{space}/members/{user}/": (401, 409, 404, 404, 401),  # the last owner
    "DELETE /api/v1/spaces/{space}/members/{user}/": (401, 409, 404, 404, 401),
    "GET /api/v1/spaces/{space}/invitations/": (401, 200, 404, 404, 401),
    "POST /api/v1/spaces/{space}/invitations/": (401, 201, 404, 404, 401),
    "GET /api/v1/spaces/{space}/tracks/": (401, 200, 404, 404, 401),
    "DELETE /api/v1/invitations/{invitation}/": (401, 204, 404, 404, 401),
    "GET /api/v1/me/invitations/": (401, 200, 200, 200, 401),
    "POST /api/v1/invitations/{token}/accept/": (401, 409, 200, 200, 401),  # the owner is in already
    "POST /api/v1/invitations/{token}/decline/": (401, 204, 204, 204, 401),
    "GET /api/v1/users/{user}/tracks/": (200, 200, 200, 200, 401),
    "GET /api/v1/tracks/{track}/": (200, 200, 200, 200, 401),
    "PATCH /api/v1/tracks/{track}/": (401, 200, 403, 403, 401),
    "DELETE /api/v1/tracks/{track}/": (401, 204, 403, 403, 401),
    "POST /api/v1/tracks/{track}/restore/": (401, 200, 403, 403, 401),  # it is back already
    "GET /api/v1/tracks/{track}/processing/": (401, 200, 403, 403, 401),
    "GET /api/v1/tracks/{track}/streams/": (200, 200, 200, 200, 401),
    "GET /api/v1/tracks/{track}/waveform/": (200, 200, 200, 200, 401),
    "POST /api/v1/tracks/{track}/secret-token/": (401, 200, 403, 403, 401),
    "DELETE /api/v1/tracks/{track}/secret-token/": (401, 204, 403, 403, 401),
    "PUT /api/v1/tracks/{track}/audio/": (401, 202, 403, 403, 401),
    "PUT /api/v1/tracks/{track}/artwork/": (401, 200, 403, 403, 401),
    "DELETE /api/v1/tracks/{track}/artwork/": (401, 204, 403, 403, 401),
    "POST /api/v1/tracks/{track}/downloads/": (401, 201, 403, 403, 401),  # the track is not downloadable
    "GET /api/v1/tracks/{track}/share-links/": (401, 200, 403, 403, 401),
    "POST /api/v1/tracks/{track}/share-links/": (401, 201, 403, 403, 401),
    "DELETE /api/v1/share-links/{id}/": (401, 204, 404, 404, 401),  # to the owner's track
    "POST /api/v1/share-links/open/": (400, 400, 400, 400, 401),
    "PUT /api/v1/tracks/{track}/like/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/tracks/{track}/like/": (401, 204, 204, 204, 401),
    "GET /api/v1/tracks/{track}/likers/": (200, 200, 200, 200, 401),
    "PUT /api/v1/tracks/{track}/repost/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/tracks/{track}/repost/": (401, 204, 204, 204, 401),
    "GET /api/v1/tracks/{track}/reposters/": (200, 200, 200, 200, 401),
    "GET /api/v1/users/{user}/likes/": (200, 200, 200, 200, 401),
    "GET /api/v1/users/{user}/reposts/": (200, 200, 200, 200, 401),
    "GET /api/v1/feed/": (401, 200, 200, 200, 401),
    "GET /api/v1/feed/home/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/likes/tracks/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/likes/playlists/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/likes/posts/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/relationships/": (401, 200, 200, 200, 401),
    "GET /api/v1/posts/": (200, 200, 200, 200, 401),
    "POST /api/v1/posts/": (401, 201, 201, 201, 401),
    "GET /api/v1/posts/{post}/": (200, 200, 200, 200, 401),
    "PATCH /api/v1/posts/{post}/": (401, 200, 403, 403, 401),
    "DELETE /api/v1/posts/{post}/": (401, 204, 403, 403, 401),
    "POST /api/v1/posts/{post}/restore/": (401, 200, 403, 403, 401),  # it is back already
    "PUT /api/v1/posts/{post}/like/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/posts/{post}/like/": (401, 204, 204, 204, 401),
    "GET /api/v1/posts/{post}/likers/": (200, 200, 200, 200, 401),
    "GET /api/v1/users/{user}/posts/": (200, 200, 200, 200, 401),
    "GET /api/v1/tracks/{track}/comments/": (200, 200, 200, 200, 401),
    "POST /api/v1/tracks/{track}/comments/": (401, 201, 201, 201, 401),
    "GET /api/v1/tracks/{track}/comments/export/": (401, 200, 403, 403, 401),
    "PATCH /api/v1/comments/{id}/": (401, 200, 403, 403, 401),  # the owner's, on the owner's track
    "DELETE /api/v1/comments/{id}/": (401, 204, 403, 403, 401),
    "POST /api/v1/comments/{id}/restore/": (401, 200, 403, 403, 401),  # it is back already
    "GET /api/v1/comments/{id}/replies/": (200, 200, 200, 200, 401),
    "PUT /api/v1/comments/{id}/like/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/comments/{id}/like/": (401, 204, 204, 204, 401),
    "PUT /api/v1/comments/{id}/pin/": (401, 204, 403, 403, 401),
    "DELETE /api/v1/comments/{id}/pin/": (401, 204, 403, 403, 401),
    # The owner's public playlist, with a track of the owner's in it.
    "GET /api/v1/playlists/": (200, 200, 200, 200, 401),
    "POST /api/v1/playlists/": (401, 201, 201, 201, 401),
    "GET /api/v1/playlists/{playlist}/": (200, 200, 200, 200, 401),
    "PATCH /api/v1/playlists/{playlist}/": (401, 200, 403, 403, 401),
    "DELETE /api/v1/playlists/{playlist}/": (401, 204, 403, 403, 401),
    "POST /api/v1/playlists/{playlist}/restore/": (401, 200, 403, 403, 401),
    "GET /api/v1/playlists/{playlist}/tracks/": (200, 200, 200, 200, 401),
    "POST /api/v1/playlists/{playlist}/tracks/": (401, 400, 403, 403, 401),  # an empty body
    "DELETE /api/v1/playlists/{playlist}/tracks/{track}/": (401, 204, 403, 403, 401),
    "PUT /api/v1/playlists/{playlist}/order/": (401, 400, 403, 403, 401),  # an empty body
    "POST /api/v1/playlists/{playlist}/move/": (401, 400, 403, 403, 401),  # likewise
    "PUT /api/v1/playlists/{playlist}/artwork/": (401, 200, 403, 403, 401),
    "DELETE /api/v1/playlists/{playlist}/artwork/": (401, 204, 403, 403, 401),
    "POST /api/v1/playlists/{playlist}/secret-token/": (401, 200, 403, 403, 401),
    "DELETE /api/v1/playlists/{playlist}/secret-token/": (401, 204, 403, 403, 401),
    "GET /api/v1/playlists/{playlist}/share-links/": (401, 200, 403, 403, 401),
    "POST /api/v1/playlists/{playlist}/share-links/": (401, 201, 403, 403, 401),
    "PUT /api/v1/playlists/{playlist}/like/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/playlists/{playlist}/like/": (401, 204, 204, 204, 401),
    "GET /api/v1/playlists/{playlist}/likers/": (200, 200, 200, 200, 401),
    "PUT /api/v1/playlists/{playlist}/repost/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/playlists/{playlist}/repost/": (401, 204, 204, 204, 401),
    "GET /api/v1/playlists/{playlist}/reposters/": (200, 200, 200, 200, 401),
    "GET /api/v1/me/playlists/": (401, 200, 200, 200, 401),
    "GET /api/v1/users/{user}/playlists/": (200, 200, 200, 200, 401),
    "GET /api/v1/spaces/{space}/playlists/": (401, 200, 404, 404, 401),
    "POST /api/v1/tracks/{track}/plays/": (201, 201, 201, 201, 401),
    "PATCH /api/v1/plays/{id}/": (404, 204, 404, 404, 401),  # the owner's
    "GET /api/v1/me/history/": (401, 200, 200, 200, 401),
    "DELETE /api/v1/me/history/": (401, 204, 204, 204, 401),
    "DELETE /api/v1/me/history/{id}/": (401, 204, 404, 404, 401),  # the owner's
    "GET /api/v1/me/continue-listening/": (401, 200, 200, 200, 401),
    "GET /api/v1/me/stats/": (401, 200, 200, 200, 401),
    "GET /api/v1/tracks/{track}/stats/": (401, 200, 403, 403, 401),
    "POST /api/v1/uploads/": (401, 201, 201, 201, 401),
    "GET /api/v1/uploads/{upload}/": (401, 200, 404, 404, 401),
    "DELETE /api/v1/uploads/{upload}/": (401, 204, 404, 404, 401),
    "POST /api/v1/uploads/{upload}/parts/": (401, 400, 404, 404, 401),
    "POST /api/v1/uploads/{upload}/complete/": (401, 400, 404, 404, 401),
}
HIDDEN = {
    "DELETE /api/v1/playlists/{playlist}/tracks/{track}/": (401, 204, 403, 403, 401),  # the playlist is public
    "GET /api/v1/tracks/{track}/": (404, 200, 404, 404, 401),
    "PATCH /api/v1/tracks/{track}/": (401, 200, 404, 404, 401),
    "DELETE /api/v1/tracks/{track}/": (401, 204, 404, 404, 401),
    "POST /api/v1/tracks/{track}/restore/": (401, 200, 404, 404, 401),
    "GET /api/v1/tracks/{track}/processing/": (401, 200, 404, 404, 401),
    "GET /api/v1/tracks/{track}/streams/": (404, 200, 404, 404, 401),
    "GET /api/v1/tracks/{track}/waveform/": (404, 200, 404, 404, 401),
    "POST /api/v1/tracks/{track}/secret-token/": (401, 200, 404, 404, 401),
    "DELETE /api/v1/tracks/{track}/secret-token/": (401, 204, 404, 404, 401),
    "PUT /api/v1/tracks/{track}/audio/": (401, 202, 404, 404, 401),
    "PUT /api/v1/tracks/{track}/artwork/": (401, 200, 404, 404, 401),
    "DELETE /api/v1/tracks/{track}/artwork/": (401, 204, 404, 404, 401),
    "POST /api/v1/tracks/{track}/downloads/": (401, 201, 404, 404, 401),
    "GET /api/v1/tracks/{track}/share-links/": (401, 200, 404, 404, 401),
    "POST /api/v1/tracks/{track}/share-links/": (401, 201, 404, 404, 401),
    "PUT /api/v1/tracks/{track}/like/": (401, 204, 404, 404, 401),
    "DELETE /api/v1/tracks/{track}/like/": (401, 204, 404, 404, 401),
    "GET /api/v1/tracks/{track}/likers/": (404, 200, 404, 404, 401),
    "PUT /api/v1/tracks/{track}/repost/": (401, 409, 404, 404, 401),  # it is in no list
    "DELETE /api/v1/tracks/{track}/repost/": (401, 204, 404, 404, 401),
    "GET /api/v1/tracks/{track}/reposters/": (404, 200, 404, 404, 401),
    "GET /api/v1/tracks/{track}/comments/": (404, 200, 404, 404, 401),
    "POST /api/v1/tracks/{track}/comments/": (401, 201, 404, 404, 401),
    "GET /api/v1/tracks/{track}/comments/export/": (401, 200, 404, 404, 401),
    "POST /api/v1/tracks/{track}/plays/": (404, 201, 404, 404, 401),
    "GET /api/v1/tracks/{track}/stats/": (401, 200, 404, 404, 401),
}


def row_of(answers: tuple[int, ...]) -> dict[str, int]:
    """What every role is answered, by the answers of a row."""
    told = dict(zip(COLUMNS, answers, strict=True))
    return told | {role: told[column] for role, column in AS.items()}
