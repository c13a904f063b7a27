"""How a request signs in, for the OpenAPI document. Imported with the addresses that it describes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from accounts.authentication import ACCESS_COOKIE


class AccessTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass has no types
    """A bearer token, or the cookie (then unsafe methods need X-CSRFToken)."""

    target_class = "accounts.authentication.AccessTokenAuthentication"
    name = ["bearer", "cookie"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        """Either of them, where the base class would ask for both."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "An access token, or a personal token (`earshot_pat_…`, made at `me/tokens/`), which "
                "may do what its scopes name: `x-token-scope` of an operation says which one it needs. Operations "
                "without it take no personal token.",
            },
            {"type": "apiKey", "in": "cookie", "name": ACCESS_COOKIE},
        ]


class StandingScheme(AccessTokenScheme):  # type: ignore[no-untyped-call]  # its metaclass has no types
    """The same, where the bearer token may be the standing token of somebody who is suspended."""

    target_class = "accounts.authentication.StandingAuthentication"
