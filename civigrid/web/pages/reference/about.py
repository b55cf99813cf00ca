"""What this program is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

import civigrid
from civigrid.web import shell


@require_GET
def about(request: Any) -> HttpResponse:
    with shell.reading(request):
        pass
    return shell.page(request, "pages/about.html", {"version": civigrid.__version__})
