"""docs/postman.json: every operation of the API's document, ready to be sent after signing in."""

import json
import re

import pytest
import yaml
from django.core.management import call_command

from config.composed.postman import AFTER_LOGIN, PATH, operations

EXPORT = {
    "info": {"name": "Earshot API", "_postman_id": "new each time"},
    "item": [
        {
            "name": "accounts",
            "item": [
                {
                    "id": "new each time",
                    "name": "token login",
                    "request": {"method": "POST", "url": {"path": ["api", "v1", "auth", "login", ""]}, "auth": None},
                    "response": [{"code": 400}],
                }
            ],
        }
    ],
}


def test_the_collection_in_the_repository_has_every_operation(settings):
    paths = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text())["paths"]
    told = {f"{method.upper()} {path[1:]}" for path, methods in paths.items() for method in methods}
    told = {re.sub(r"\{(\w+)\}", r":\1", operation) for operation in told}
    collection = json.loads((settings.BASE_DIR / PATH).read_text())
    assert operations(collection) == told, "is an operation new? `make postman`"


def test_an_export_is_tidied_and_signing_in_keeps_the_token(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / "export.json").write_text(json.dumps(EXPORT))

    call_command("postman", str(tmp_path / "export.json"))

    written = (tmp_path / PATH).read_text()
    [login] = json.loads(written)["item"][0]["item"]
    assert login["name"] == "POST api/v1/auth/login/"
    assert login["event"][0]["script"]["exec"] == [AFTER_LOGIN]
    for noise in ("new each time", '"response"', '"auth": null'):
        assert noise not in written


@pytest.mark.parametrize("variable", ["baseUrl", "access"])
def test_the_address_and_the_token_are_variables(settings, variable):
    collection = json.loads((settings.BASE_DIR / PATH).read_text())
    assert variable in {entry["key"] for entry in collection["variable"]}
