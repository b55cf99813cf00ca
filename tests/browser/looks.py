"""Who looks at which page with axe, at both widths and by touch. No page of the url conf is left out:
tests/house/test_looks.py compares.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.web.people import CHEN, CHENG, JIANG, LI, SHEN, WANG, ZHENG, ZHOU

NOWHERE = "/nothing-here/"  # the page that says there is none
# what stands in braces below, and the page it is an address of
STANDS = {
    **dict.fromkeys(("accept", "file", "dispatch", "handle", "check"), "case"),  # a case at that person's step
    "decide": "desk_decide",
    "told": "report_told",
    "figure": "report_list",  # behind a number of the day sheet
    "grouped": "case_list",
}
PAGES: dict[str, tuple[str, ...]] = {
    "": ("/accounts/login/", "/accounts/login/?next=/cases/", "/accounts/inactive/"),
    LI: (
        "/", "/cases/", "/cases/?stage=all", "{accept}", "/map/cases/?area=990181", "/parked/", "{decide}", NOWHERE,
    ),
    ZHENG: ("/", "{file}", "/cases/?stage=close"),
    WANG: ("{dispatch}",),
    CHEN: ("/", "/tasks/", "/tasks/?tab=accepted", "/tasks/?tab=overdue", "/tasks/?tab=handled", "{handle}"),
    CHENG: ("/tasks/?tab=submitted",),
    ZHOU: ("{check}",),
    SHEN: (
        "/office/search/", "/office/search/?q=井盖", "/office/cases/", "{grouped}", "/office/reports/", "{told}", "{figure}",
        "/office/day/", "/office/day/?date=2001-01-01", "/about/",
    ),
    JIANG: (
        "/", "/post/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/",
    ),
}  # fmt: skip
# test_reference.py
GRID = "990181001001001"
REFERENCE = (
    "/places/", "/places/?q=wc", "/places/990181001/", "/places/990181001001/", "/places/grids/",
    f"/places/grids/{GRID}/", "/places/addresses/", "/places/addresses/?q=vvvv", "/places/addresses/A000001/",
    "/places/assets/", "/places/assets/9901810118000001/", "/places/buildings/B00000001/", "/places/layers/",
    "/directory/", "/directory/?kind=company", "/directory/units/2020/", "/directory/posts/", "/catalog/",
    "/catalog/matters/E0102/", "/catalog/standards/", "/catalog/standards/E0102-1/", "/catalog/duty/",
    "/catalog/duty/?view=rows", "/catalog/duty/E0102-R1/", "/catalog/calendars/", "/catalog/calendars/G/",
    "/catalog/calendars/G/?year=2030", "/catalog/packs/", "/directory/?on=2001-01-01", "/directory/?on=nonsense",
)  # fmt: skip
# test_desk.py: after the form with all it can show
DESK = ("/desk/reports/", "/desk/transfers/", "/cases/?stage=accept")
FORM = "/desk/register/"
# test_public.py: the form, its receipt, and what became of it
PUBLIC = ("/report/", "/report/receipt/", "/report/progress/")
# test_map.py
MAP = ("/map/", f"/map/?area={GRID}", "/map/?view=drawing", "/map/?q=1")
# test_signing_in.py, by somebody who signs in with two steps
FIRST_STEP = ("/accounts/2fa/totp/activate/",)
BETWEEN = ("/accounts/2fa/authenticate/",)
TWO_STEPS = (
    "/accounts/2fa/", "/accounts/2fa/reauthenticate/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
)  # fmt: skip

# addresses of the url conf that answer with no page of their own, and with what
NO_PAGES = {
    "act": "a form of the case page: GET leads back to it",
    "contact": "the same",
    "desk_look": "JSON for the form",
    "desk_caller": "JSON for the form",
    "desk_receipt": "takes a form",
    "desk_batch": "takes a form",
    "tasks_accept": "takes a form",
    "called": "takes a form",
    "retry": "takes a form",
    "day_workbook": "a table to download",
    "file": "a file",
    "uploads": "takes pieces of a file",
    "upload": "takes pieces of a file",
    "pick": "JSON for a picker",
    "map_about": "JSON for the map",
    "map_signs": "JSON for the map",
    "map_heat": "JSON for the map",
    "map_find": "JSON for the map",
    "map_panel": "a piece of the map's page",
    "map_drawing": "a drawing",
    "map_tile": "a tile",
    "report_look": "JSON for the form",
    "report_uploads": "takes pieces of a file",
    "report_upload": "takes pieces of a file",
    "report_add": "takes a form",
    "report_leave": "takes a form",
    "report_file": "a file",
    "report_map": "JSON for the map",
    "report_drawing": "a drawing",
    "report_tile": "a tile",
    "language": "takes a form",
    "large_text": "takes a form",
    "live_since": "JSON for a page",
    "healthz": "for programs",
    "readyz": "for programs",
    "metrics": "for programs",
    "mfa_download_recovery_codes": "a text to download",
}


def addresses() -> Iterator[str]:
    """All of them, those with braces too."""
    for pages in PAGES.values():
        yield from pages
    yield from (*REFERENCE, *DESK, FORM, *PUBLIC, *MAP, *FIRST_STEP, *BETWEEN, *TWO_STEPS)
