"""A YAML mapping into a frozen dataclass, by its annotations: what is missing, unknown or of the wrong kind is named."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _


def built(kind: Any, value: Any, *, file: str, key: str = "") -> Any:
    """`value` as `kind`: a dataclass, a tuple, a mapping, an enum, text or a number. A bare text where a dataclass with
    a `name` is wanted is its name. Raises Trouble, which says where in the file."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else built(get_args(kind)[0], value, file=file, key=key)
    if origin is tuple:
        return _tuple(get_args(kind), value, file, key)
    if origin is not None:
        of = get_args(kind)[1]
        below = _checked(Mapping, value, file, key).items()
        return {str(name): built(of, each, file=file, key=_below(key, name)) for name, each in below}
    if is_dataclass(kind):
        return _dataclass(kind, {"name": value} if isinstance(value, str) else value, file, key)
    return _plain(kind, value, file, key)


def _tuple(args: tuple[Any, ...], value: Any, file: str, key: str) -> tuple[Any, ...]:
    rows = _checked(list, value, file, key)
    if args[-1] is not Ellipsis and len(args) != len(rows):
        raise _wrong(file, key, f"{len(args)} values")
    kinds = [args[0]] * len(rows) if args[-1] is Ellipsis else args
    pairs = enumerate(zip(kinds, rows, strict=True), start=1)
    return tuple(built(kind, each, file=file, key=f"{key}[{number}]") for number, (kind, each) in pairs)


def _dataclass(kind: Any, value: Any, file: str, key: str) -> Any:
    given, hints = _checked(Mapping, value, file, key), get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}
    for name in given:
        if name not in known:
            raise Trouble(_("{file}: there is no key {key}."), _("Known are: {known}"), file=file,
                          key=_below(key, name), known=", ".join(known))  # fmt: skip
    for name, field in known.items():
        if name not in given and field.default is MISSING and field.default_factory is MISSING:
            raise Trouble(_("{file}: {key} is missing."), _("Give it a value."), file=file, key=_below(key, name))
    return kind(**{name: built(hints[name], each, file=file, key=_below(key, name)) for name, each in given.items()})


def _plain(kind: Any, value: Any, file: str, key: str) -> Any:
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            raise _wrong(file, key, " | ".join(str(each.value) for each in kind)) from None
    if kind is float:
        return float(_checked(int | float, value, file, key))
    return _checked(kind, value, file, key)


def _checked(kind: Any, value: Any, file: str, key: str) -> Any:
    wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
    if wrong:
        raise _wrong(file, key, getattr(kind, "__name__", str(kind)))
    return value


def _below(key: str, name: object) -> str:
    return f"{key}.{name}" if key else str(name)


def _wrong(file: str, key: str, wanted: str) -> Trouble:
    return Trouble(_("{file}: {key} is not what it should be."), _("Wanted: {wanted}"), file=file, key=key or "/",
                   wanted=wanted)  # fmt: skip
