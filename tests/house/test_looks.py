"""Every page of the url conf is looked at: axe, both widths, touch, both languages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, resolve

from civigrid import urls
from tests.browser import looks

API = "api/v1/"  # of the connected systems: it has no pages


def named() -> dict[str, URLPattern | URLResolver]:
    """The addresses of the url conf by name; one without a name by its route."""
    found = [each for each in urls.urlpatterns if isinstance(each, (URLPattern, URLResolver))]
    names = {(each.name if isinstance(each, URLPattern) else "") or str(each.pattern): each for each in found}
    return {name: each for name, each in names.items() if name != API}


def looked_at() -> set[str]:
    found = set()
    for address in looks.addresses():
        if address.startswith("{"):
            found.add(looks.STANDS[address.strip("{}")])
        elif address != looks.NOWHERE:
            found.add(str(resolve(urlsplit(address).path).url_name))
    return found


def test_every_page_is_looked_at() -> None:
    """Else give it an address in tests/browser/looks.py, of a page that has something on it."""
    assert sorted(named().keys() - looks.NO_PAGES.keys() - looked_at()) == []


def test_the_scan_is_of_lists_that_browsers_look_through() -> None:
    lists = [name for name, value in vars(looks).items() if name.isupper() and isinstance(value, (tuple, dict))]
    tests = "".join(path.read_text() for path in Path(looks.__file__).parent.glob("test_*.py"))
    assert [name for name in lists if name != "NO_PAGES" and not re.search(rf"\b{name}\b", tests)] == []


def test_no_exception_is_of_something_else() -> None:
    assert sorted(looks.NO_PAGES.keys() - named().keys()) == []
    assert sorted(looks.NO_PAGES.keys() & looked_at()) == []
