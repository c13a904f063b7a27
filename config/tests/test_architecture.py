"""Rules of the house that no linter knows: each test is one rule, read from the code itself."""

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from config.lib.errors import DomainError, all_errors
from config.lib.events import Event
from config.lib.problems import FRAME_PROBLEMS

ROOT = Path(settings.BASE_DIR)
# Upward: an app may know those that stand before it.
ORDER = [
    "accounts", "social", "billing", "tracks", "playlists", "engagement", "discovery", "messaging", "moderation",
    "notifications",
]  # fmt: skip
DOMAIN = [app for app in ORDER if apps.is_installed(app)]
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "cursor",
}  # fmt: skip
# What staff writes in the admin, and why; everything else there is to be looked at.
WRITTEN_BY_STAFF = {
    "accounts.Instance": "what a site says of itself is its operator's to say",
    "accounts.Invite": "staff lets people in where an invitation is needed",
    "billing.Plan": "what a site offers, and for how much, is its operator's to say",
}
SIGNALS = re.compile(r"(django|allauth|rest_framework)\b.*\bsignals\b|django\.dispatch\b")
DIRECTIVE = re.compile(r"#\s*(noqa(: [A-Z]+\d+(, ?[A-Z]+\d+)*)?|type: ignore(\[[\w, -]+\])?|pragma: no \w+)")


def sources(*folders: str) -> list[Path]:
    """The Python files below the folders that are neither tests nor migrations."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return [file for file in files if not {"tests", "migrations"} & set(file.relative_to(ROOT).parts)]


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), str(file))


def where(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{node.lineno}"


def imports(file: Path) -> Iterator[tuple[ast.AST, str]]:
    """(statement, dotted name) of everything that a file imports; a relative name begins with its dots."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)


def our_models() -> list[type]:
    return [model for app in DOMAIN for model in apps.get_app_config(app).get_models()]


def below(kind: type) -> set[type]:
    """The subclasses of a class and theirs, but for those that tests make up."""
    found = {heir for child in kind.__subclasses__() for heir in {child, *below(child)}}
    return {heir for heir in found if ".tests." not in heir.__module__}


def all_events() -> set[type[Event]]:
    return {event for event in below(Event) if event.__module__.split(".")[0] in DOMAIN}


def is_service(file: Path) -> bool:
    return bool({"services", "services.py"} & set(file.relative_to(ROOT).parts[1:]))


def test_only_services_write_rows():
    """What is no row is held to the same words, so that nobody has to guess: dicts are joined with `|`."""
    strays = [
        f"{where(file, node)} {ast.unparse(node.func)}"
        for file in sources(*DOMAIN, "config/composed", "config/management", "config/server")
        # Below tracks.audio there is no Django (a contract of imports): what is saved there are pictures.
        if not is_service(file) and not file.is_relative_to(ROOT / "tracks/audio")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if {node.func.attr, node.func.attr.removeprefix("a")} & WRITES
    ]
    assert strays == []


def test_doors_read_rows_through_visible_to():
    seen = {model.__name__ for model in our_models() if hasattr(model._default_manager, "visible_to")}
    doors = [file for file in sources(*DOMAIN) if {file.stem, file.parent.name} & {"viewsets", "consumers", "media"}]
    strays = []
    for file in [*doors, *sources("config/composed")]:
        nodes = list(ast.walk(parsed(file)))
        # `queryset = Model.objects.all()` of a class is narrowed by VisibleViewSet; test_permissions.py sees to that.
        fine = [node.value for node in nodes if isinstance(node, ast.Attribute) and node.attr == "visible_to"]
        fine += [
            node.value.func.value
            for node in nodes
            if isinstance(node, ast.Assign) and re.fullmatch(r"queryset = \w+\.objects\.all\(\)", ast.unparse(node))
        ]
        for node in nodes:
            text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            manager = re.fullmatch(r"(?:\w+\.)*(\w+)\.(objects|_default_manager|_base_manager)", text)
            around = re.fullmatch(r"self\.queryset|(\w+\.)*a?get_(object|list)_or_404", text)
            if around or (manager and manager[1] in seen and not any(node is other for other in fine)):
                strays.append(f"{where(file, node)} {text}")
    assert seen
    assert strays == []


def test_silenced_checks_and_imports_in_functions_have_a_reason_beside_them():
    strays = []
    for file in sources(*DOMAIN, "config"):
        tokens = tokenize.generate_tokens(io.StringIO(file.read_text()).readline)
        comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
        reasons = {line for line, text in comments.items() if DIRECTIVE.sub("", text).strip(" #-")}
        strays += [
            f"{file.relative_to(ROOT)}:{line} {text}"
            for line, text in comments.items()
            if DIRECTIVE.search(text) and line not in reasons
        ]
        inner = {
            node
            for function in ast.walk(parsed(file))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        strays += [f"{where(file, node)} imports" for node in inner if not {node.lineno, node.end_lineno} & reasons]
    assert strays == []


def test_no_signals_in_domain_apps():
    strays = [
        f"{where(file, node)} {name}"
        for file in sources(*DOMAIN, "config")
        for node, name in imports(file)
        if SIGNALS.match(name)
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
        # Managers and fields that Django itself writes into migrations are named in the model's own layers.
        strays += [
            f"{where(file, node)} imports {name}"
            for node, name in imports(file)
            if name.split(".")[0] in {"", *ORDER} and name.split(".")[1:2] != ["querysets"]
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
    assert not registered.has_delete_permission(None)
    if model._meta.label in WRITTEN_BY_STAFF:
        assert "services." in inspect.getsource(type(registered).save_model), "the admin is a door to a service"
        assert [*registered.inlines, *registered.list_editable] == [], "these would be saved past it"
        return
    assert not registered.has_add_permission(None)
    assert not registered.has_change_permission(None)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_no_model_orders_itself(model):
    assert model._meta.ordering == []


def test_every_event_has_its_line_in_the_route_table():
    assert set(import_string(settings.EVENT_ROUTES)) == all_events()


@pytest.mark.parametrize("event", sorted(all_events(), key=lambda event: event.__name__))
def test_events_are_frozen_past_participles_with_a_reason(event):
    # Its own, not its parent's; and `@dataclass` writes a docstring where there is none: the signature.
    assert "__dataclass_params__" in vars(event)
    assert event.__dataclass_params__.frozen
    assert event.__doc__
    assert not event.__doc__.startswith(f"{event.__name__}(")
    assert re.search(r"(ed|Made|Ready|Reused|Sent|Tried|Withdrawn)$", event.__name__)


def test_error_codes_are_unique_snake_case_and_speak():
    assert [error for error in below(DomainError) if "code" not in vars(error)] == []
    codes = [error.code for error in all_errors()] + list(FRAME_PROBLEMS)
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)
    assert all(error.title.endswith((".", "}")) for error in all_errors())


def is_thin_task(app: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Its own name for the broker, nothing by position, `**_` for words of newer senders, one call."""
    given, body = node.args, node.body[0]
    named = any(f"name='{app}.{node.name}'" in ast.unparse(decorator) for decorator in node.decorator_list)
    keyword_only = not (given.posonlyargs or given.args or given.vararg)
    swallows = given.kwarg is not None and given.kwarg.arg == "_"
    calls = isinstance(body, ast.Return | ast.Expr) and isinstance(body.value, ast.Call) and len(node.body) == 1
    verb = calls and re.fullmatch(r"(\w+_)?(services|mails)\.\w+", ast.unparse(body.value.func))
    return isinstance(node, ast.FunctionDef) and named and keyword_only and swallows and bool(verb)


def test_tasks_are_a_name_a_signature_and_one_call():
    strays = [
        where(file, node)
        for app in DOMAIN
        for file in (ROOT / app).glob("tasks.py")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_thin_task(app, node)
    ]
    assert strays == []


def test_files_and_functions_are_small():
    lengths = {file: file.read_text().count("\n") for app in (*DOMAIN, "config") for file in (ROOT / app).rglob("*.py")}
    strays = [f"{file.relative_to(ROOT)} has {lines} lines" for file, lines in lengths.items() if lines > 300]
    strays += [
        f"{where(file, node)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for file in sources(*DOMAIN, "config")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 30
    ]
    assert strays == []


def words_of(node: ast.AST) -> str:
    """The names that a piece of syntax writes, and a text that is a name: `trackCard.play_count` as separate words."""
    named = [getattr(node, kind, None) for kind in ("name", "id", "arg", "attr", "module", "asname", "value")]
    names = [name for name in named if isinstance(name, str) and re.fullmatch(r"[\w.]+", name)]
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_.]", " ", " ".join(names))


def test_lib_names_no_product_noun():
    nouns = re.compile(r"\b(track|sound|playlist|listener|artist|comment|repost|album)s?\b", re.IGNORECASE)
    strays = [
        f"{where(file, node)}: {words_of(node)}"
        for file in sources("config/lib")
        for node in ast.walk(parsed(file))
        if nouns.search(words_of(node))
    ]
    assert strays == []
