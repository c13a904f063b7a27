"""Rules of the house that no linter knows: each test is one rule, read from the code itself."""

import ast
import re
from dataclasses import is_dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.migrations.loader import MigrationLoader
from django.urls import URLPattern, get_resolver
from django.utils.module_loading import import_string

from config.lib.errors import all_errors
from config.lib.events import Event
from config.lib.problems import FRAME_PROBLEMS
from config.lib.viewsets import ApiViewSet

ROOT = Path(settings.BASE_DIR)
# Upward: an app may know those that stand before it.
ORDER = [
    "accounts", "social", "billing", "tracks", "playlists", "engagement", "discovery", "messaging", "moderation",
    "notifications",
]  # fmt: skip
DOMAIN = [app for app in ORDER if apps.is_installed(app)]
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip


def sources(*folders: str) -> list[Path]:
    """The Python files below the folders that are neither tests nor migrations."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return [file for file in files if not {"tests", "migrations"} & set(file.parts)]


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), str(file))


def where(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{node.lineno}"


def our_models() -> list[type]:
    return [model for app in DOMAIN for model in apps.get_app_config(app).get_models()]


def all_events() -> set[type[Event]]:
    found, waiting = set(), [Event]
    while waiting:
        for event in waiting.pop().__subclasses__():
            found.add(event)
            waiting.append(event)
    return {event for event in found if event.__module__.split(".")[0] in DOMAIN}


def test_only_services_write_rows():
    strays = []
    for file in sources(*DOMAIN, "config/composed"):
        if "services" in str(file.relative_to(ROOT)):
            continue
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                owner = ast.unparse(node.func.value)
                if ".objects" in owner or re.search(r"\b(self\.instance|track|user|sound|row|obj)\b", owner):
                    strays.append(f"{where(file, node)} {ast.unparse(node.func)}")
    assert strays == []


def test_no_signals_in_domain_apps():
    strays = [
        where(file, node)
        for file in sources(*DOMAIN, "config/composed", "config/lib")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and node.module in {"django.db.models.signals", "django.dispatch"}
    ]
    assert strays == []


def test_relations_point_downward():
    strays = []
    for model in our_models():
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            order = ORDER.index(target._meta.app_label) if target and target._meta.app_label in ORDER else -1
            if order > ORDER.index(model._meta.app_label):
                strays.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert strays == []


def test_migrations_depend_downward_and_import_no_app():
    strays = []
    for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        if app not in ORDER:
            continue
        strays += [
            f"{app}.{name} depends on {other}"
            for other, _ in migration.dependencies
            if other in ORDER and ORDER.index(other) > ORDER.index(app)
        ]
    for file in [file for app in DOMAIN for file in (ROOT / app / "migrations").glob("*.py")]:
        for node in ast.walk(parsed(file)):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            # Managers and fields that Django itself writes into migrations are named in the model's own layers.
            strays += [
                f"{where(file, node)} imports {module}"
                for module in modules
                if module and module.split(".")[0] in ORDER and not module.endswith(".querysets")
            ]
    assert strays == []


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_says_what_of_a_person_it_holds(model):
    pii, no_pii = vars(model).get("pii"), vars(model).get("no_pii")
    assert (pii is None) != (no_pii is None), "say `pii = {fields}` or `no_pii = reason`"
    names = {field.name for field in model._meta.get_fields()}
    assert no_pii or (pii and pii <= names)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_stands_in_the_admin_without_writing(model):
    registered = admin.site._registry[model]
    assert not registered.has_add_permission(None)
    assert not registered.has_change_permission(None)
    assert not registered.has_delete_permission(None)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_no_model_orders_itself(model):
    assert model._meta.ordering == []


def test_every_event_has_its_line_in_the_route_table():
    assert set(import_string(settings.EVENT_ROUTES)) == all_events()


@pytest.mark.parametrize("event", sorted(all_events(), key=lambda event: event.__name__))
def test_events_are_frozen_past_participles_with_a_reason(event):
    assert is_dataclass(event)
    assert event.__dataclass_params__.frozen
    assert event.__doc__
    assert re.search(r"(ed|Ready|Reused|Tried|Withdrawn)$", event.__name__)


def test_error_codes_are_unique_snake_case_and_speak():
    codes = [error.code for error in all_errors()] + list(FRAME_PROBLEMS)
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)
    assert all(error.title.endswith((".", "}")) for error in all_errors())


def test_tasks_are_a_name_a_signature_and_one_call():
    strays = []
    for file in [ROOT / app / "tasks.py" for app in DOMAIN if (ROOT / app / "tasks.py").exists()]:
        for node in parsed(file).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            named = any("name=" in ast.unparse(decorator) for decorator in node.decorator_list)
            keyword_only = not node.args.args and node.args.kwarg is not None
            if not named or not keyword_only or len(node.body) != 1:
                strays.append(where(file, node))
    assert strays == []


def test_files_and_functions_are_small():
    strays = []
    for file in sources(*DOMAIN, "config"):
        lines = file.read_text().count("\n")
        if lines > 300:
            strays.append(f"{file.relative_to(ROOT)} has {lines} lines")
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                if length > 30 and file.name != "models.py":
                    strays.append(f"{where(file, node)} {node.name} has {length} lines")
    assert strays == []


def test_lib_names_no_product_noun():
    nouns = re.compile(r"\b(track|sound|playlist|listener|artist|comment|repost|album)s?\b", re.IGNORECASE)
    strays = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in sources("config/lib")
        for node in ast.walk(parsed(file))
        for name in [getattr(node, "name", None) or getattr(node, "id", None) or ""]
        if isinstance(name, str) and nouns.search(name.replace("_", " "))
    ]
    assert strays == []


def viewsets() -> list[tuple[str, type, dict[str, str]]]:
    """(path, viewset, method -> action) of every address below /api/v1/."""
    found = []

    def walk(patterns, prefix):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if not isinstance(pattern, URLPattern):
                walk(pattern.url_patterns, path)
            elif path.startswith("api/v1/"):
                found.append((path, pattern.callback.cls, pattern.callback.actions))

    walk(get_resolver().url_patterns, "")
    return found


def test_every_address_of_the_api_is_a_viewset_whose_unsafe_actions_have_a_rule():
    strays = []
    for path, viewset, actions in viewsets():
        assert issubclass(viewset, ApiViewSet), path
        for method, action in actions.items():
            ruled = action in viewset.policies or action in viewset.open_actions
            if method not in {"get", "head", "options"} and not ruled:
                strays.append(f"{method.upper()} {path} ({action})")
    assert viewsets()
    assert strays == []


def test_no_rule_is_left_over_from_an_action_that_is_gone():
    actions: dict[type, set[str]] = {}
    for _, viewset, mapping in viewsets():
        actions.setdefault(viewset, set()).update(mapping.values())
    strays = [
        f"{viewset.__name__}: {name}"
        for viewset, known in actions.items()
        for name in {*viewset.policies, *viewset.open_actions, *viewset.query_words} - known
    ]
    assert strays == []
