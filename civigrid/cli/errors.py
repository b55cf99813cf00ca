"""Which errors are known troubles, whatever part they come from."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping
from typing import Any

from civigrid.base import env
from civigrid.base.pg import trouble
from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _


def as_trouble(error: BaseException) -> Trouble | None:
    """The trouble behind an error, or None for one nobody foresaw. Django is asked only where it is loaded already."""
    if isinstance(error, Trouble):
        return error
    if isinstance(error, env.BadSetting):
        return Trouble(_("A setting is wrong: {said}"), _("docs/settings.md tells every setting."), said=error)
    if isinstance(error, OSError):
        return _of_files(error)
    return _of_database(error) if "django" in sys.modules else None


def _of_files(error: OSError) -> Trouble | None:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return trouble.full(error.filename or env.home())
    if error.errno in (errno.EROFS, errno.EACCES):
        return trouble.unwritable(error.filename or env.home())
    if isinstance(error, FileNotFoundError) and error.filename:
        return Trouble(_("There is no {path}."), _("Look whether its name is right."), path=error.filename)
    return None


def _of_database(error: BaseException) -> Trouble | None:
    from django.db import InterfaceError, OperationalError

    from civigrid.base import migrate
    from civigrid.base.errors import Refused

    if isinstance(error, Refused):
        return refusal(error.code, error.facts)
    if isinstance(error, OperationalError | InterfaceError):
        return migrate.unreachable(str(error))
    return None


def refusal(code: str, facts: Mapping[str, Any]) -> Trouble:
    """A rule's no, in the words of the area that said it."""
    from civigrid.base.words import REFUSALS as BASE
    from civigrid.cases.words import REFUSALS as CASES
    from civigrid.catalog.words import REFUSALS as CATALOG
    from civigrid.classify.words import REFUSALS as CLASSIFY
    from civigrid.directory.words import REFUSALS as DIRECTORY
    from civigrid.intake.words import REFUSALS as INTAKE

    known = {**BASE, **DIRECTORY, **CATALOG, **INTAKE, **CLASSIFY, **CASES}
    words = str(known.get(code, code))
    said = words % facts if "%(" in words else words
    return Trouble("{said}", _("Nothing was changed. Put it right and run the command again."), said=said)
