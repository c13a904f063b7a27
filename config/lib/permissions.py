"""May this person do this? The viewset's table answers; what is not in the table is refused."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from config.lib.scopes import check_scope


def any_person(user: Any, obj: Any) -> bool:
    """The policy of actions that everybody who is signed in may do."""
    return bool(user.is_authenticated)


class PolicyPermission(BasePermission):
    """Reads three tables of the viewset: `open_actions` (no sign-in needed), `policies` (action -> rule) and `scopes`
    (action -> what a program's sign-in needs).

    Without sign-in only the open actions are left (401). An unsafe action without a policy is refused (403).
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.action is None:
            return True  # no such method: the view answers 405
        check_scope(request.auth, view.scopes.get(view.action))
        if view.action in view.open_actions:
            return True
        if not request.user.is_authenticated:
            return False
        return request.method in SAFE_METHODS or view.action in view.policies

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        policy = view.policies.get(view.action)
        if policy is None:
            return request.method in SAFE_METHODS
        return bool(policy(request.user, obj))
