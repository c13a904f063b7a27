"""The Postman collection: what the converter makes of docs/openapi.yaml, tidied for people who click through it."""

from typing import Any

PATH = "docs/postman.json"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
BASE = "http://127.0.0.1:8000"
LOGIN = "api/v1/auth/login/"
# Signing in fills the variable that every other request is sent with.
AFTER_LOGIN = 'pm.collectionVariables.set("access", pm.response.json().access);'


def tidied(collection: dict[str, Any]) -> dict[str, Any]:
    """The collection without ids that change at every export and without examples of errors, ready to sign in."""
    return {
        "info": {"name": collection["info"]["name"], "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{access}}", "type": "string"}]},
        "variable": [{"key": "baseUrl", "value": BASE}, {"key": "access", "value": ""}],
        "item": [tidied_item(item) for item in collection["item"]],
    }


def tidied_item(item: dict[str, Any]) -> dict[str, Any]:
    """A folder or a request. A request says nothing of its own sign-in: the collection's holds."""
    if "item" in item:
        return {"name": item["name"], "item": [tidied_item(inner) for inner in item["item"]]}
    request = {name: value for name, value in item["request"].items() if name not in {"auth", "name"}}
    tidy = {"name": f"{request['method']} {path_of(item)}", "request": request}
    if path_of(item) == LOGIN:
        tidy["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": [AFTER_LOGIN]}}]
    return tidy


def path_of(item: dict[str, Any]) -> str:
    """The path of a request, with `:name` for what varies."""
    return "/".join(item["request"]["url"]["path"])


def operations(collection: dict[str, Any]) -> set[str]:
    """`GET api/v1/tracks/:track/` of every request."""
    items = collection["item"]
    return {name for item in items for name in (operations(item) if "item" in item else [item["name"]])}
