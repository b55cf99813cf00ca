"""Tables say what is true of all areas: whom they may point at, and that they hold columns and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED
from django.utils.translation import override

from tests.house.source import ORDER, modules

LAYERS = ("base", *ORDER)


def tables() -> list[type[models.Model]]:
    return [
        model
        for label in LAYERS
        if apps.is_installed(f"civigrid.{label}")
        for model in apps.get_app_config(label).get_models()
    ]


def fields() -> Iterator[tuple[type[models.Model], models.Field]]:  # type: ignore[type-arg]
    for model in tables():
        for field in model._meta.local_fields:
            yield model, field


def links() -> list[tuple[type[models.Model], models.ForeignKey]]:  # type: ignore[type-arg]
    return [(model, field) for model, field in fields() if isinstance(field, models.ForeignKey)]


def place(model: type[models.Model]) -> int:
    return LAYERS.index(model._meta.app_label)


def test_there_are_tables() -> None:
    assert len(tables()) > 25
    assert len(links()) > 20


def test_foreign_keys_point_to_earlier_areas() -> None:
    """Law 1: what is later may be dropped without touching what is earlier."""
    wrong = [f"{model.__name__}.{field.name}" for model, field in links() if place(field.related_model) > place(model)]
    assert wrong == []


def test_foreign_keys_protect_and_give_no_way_back() -> None:
    """Nothing of the record goes because something else went, and no earlier table grows a reader of later rows."""
    wrong = [
        f"{model.__name__}.{field.name}"
        for model, field in links()
        if field.remote_field.on_delete is not models.PROTECT or field.remote_field.related_name != "+"
    ]
    assert wrong == []


def test_no_many_to_many() -> None:
    """A relation that matters is a row with a name, a period and a line in the record."""
    assert [model.__name__ for model in tables() if model._meta.local_many_to_many] == []


def test_foreign_keys_to_other_areas_are_named_by_string() -> None:
    """A class would be an import of another area's models."""
    wrong = []
    for module in (each for each in modules() if each.kind == "models"):
        own = {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"ForeignKey", "OneToOneField"}:
                target = node.args[0]
                by_string = isinstance(target, ast.Constant) and isinstance(target.value, str)
                if not by_string and not (isinstance(target, ast.Name) and target.id in own):
                    wrong.append(module.at(node))
    assert wrong == []


def test_no_column_tells_its_own_time() -> None:
    """Every time is the one the door passed: no auto_now, no default now, nothing the database fills in."""
    wrong = [
        f"{model.__name__}.{field.name}"
        for model, field in fields()
        if isinstance(field, models.DateField | models.TimeField)
        and (
            getattr(field, "auto_now", False)
            or getattr(field, "auto_now_add", False)
            or field.has_default()
            or field.db_default is not NOT_PROVIDED
        )
    ]
    assert wrong == []


def test_region_codes_compare_as_bytes() -> None:
    """Scope is a range over the code; any other collation makes the range wrong and the index useless."""
    wrong = [
        f"{model.__name__}.{field.name}"
        for model, field in fields()
        if field.name.endswith("region_code") and getattr(field, "db_collation", "") != "C"
    ]
    assert wrong == []


def test_models_hold_columns_only() -> None:
    """Rules decide, actions write. A method on a model is logic no contract sees; `save` is an action in hiding."""
    wrong = [
        f"{module.at(node)} {node.name}"
        for module in modules()
        if module.kind == "models"
        for owner in module.tree.body
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__str__"
    ]
    assert wrong == []


def test_tables_are_named_after_their_area() -> None:
    """SQL written by hand shows which area it reads (and a test can see it)."""
    wrong = [
        model._meta.db_table
        for model in tables()
        if not model._meta.db_table.startswith((f"{model._meta.app_label}_", "ledger_"))
    ]
    assert wrong == []


@pytest.mark.parametrize("app", ["django.contrib.admin", "django.contrib.sites", "django.contrib.flatpages"])
def test_no_second_back_office(app: str) -> None:
    """Django's admin edits rows past every rule, scope and record."""
    assert not apps.is_installed(app)
    assert app not in settings.INSTALLED_APPS


def test_migrations_are_complete() -> None:
    """`makemigrations --check`, without a database."""
    loader = MigrationLoader(None)
    ours = {label for label in LAYERS if apps.is_installed(f"civigrid.{label}")}
    with override(None):  # as the command does: a label in the reader's language is no change
        now = ProjectState.from_apps(apps)
        changes = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)
    found = {
        label: [operation.describe() for each in made for operation in each.operations]
        for label, made in changes.items()
    }
    assert {label: found[label] for label in found if label in ours} == {}


def test_migrations_do_not_conflict() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}
