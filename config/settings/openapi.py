"""What the API's document says of itself, and how drf-spectacular writes it."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Earshot API",
    "DESCRIPTION": "The HTTP contract between an Earshot instance and listeners' apps.",
    "VERSION": "1",
    "LICENSE": {"name": "AGPL-3.0-or-later"},
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATION_PARAMETERS": True,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "config.server.tus_schema.add_tus"],
    "APPEND_COMPONENTS": {
        "headers": {
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the call would be allowed."},
            "RateLimit-Policy": {
                "schema": {"type": "string"},
                "description": 'The budgets that were drawn from: `"reads";q=100;w=60` is 100 calls in 60 s.',
            },
            "RateLimit": {
                "schema": {"type": "string"},
                "description": '`"reads";r=50;t=30`: 50 calls are left, the next comes back in 30 s.',
            },
        }
    },
    "ENUM_NAME_OVERRIDES": {
        "TrackState": "tracks.choices.State",
        "StageState": "tracks.choices.StageState",
        "StageName": "tracks.choices.StageName",
        "UploadState": "tracks.uploads.choices.UploadState",
        "UploadProtocol": "tracks.uploads.choices.Protocol",
        "Visibility": "tracks.choices.Visibility",
        "Audience": "tracks.choices.Audience",
        "License": "tracks.choices.License",
        "Role": "accounts.choices.Role",
        "MessagesFrom": "accounts.choices.MessagesFrom",
        "Scope": "config.lib.scopes.Scope",
        "SpaceRole": "social.choices.SpaceRole",
        "InvitedRole": "social.choices.BELOW_OWNER",
        "Registration": "accounts.choices.Registration",
    },
}
