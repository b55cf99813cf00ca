"""What no page of ours sends: ids that no row can have, and JSON without an end. Told as what it is, never a mistake of
the server.
"""

from __future__ import annotations

import pytest

from tests.web.people import LI, client, report

pytestmark = pytest.mark.usefixtures("city")

FAR = 10**30
DEEP = "[" * 3_000


@pytest.mark.parametrize(
    "path", ["/parked/{0}/retry/", "/calls/{0}/called/", "/desk/transfers/{0}/", "/desk/reports/{0}/"]
)
def test_a_number_beyond_every_row(path: str) -> None:
    assert client(LI).post(path.format(FAR)).status_code in (303, 404)


def test_a_contact_of_a_number_beyond_every_row() -> None:
    assert client(LI).post(f"/cases/{report()}/contact/{FAR}/").status_code == 404


@pytest.mark.parametrize("path", ["/desk/register/look/", "/desk/register/caller/", "/report/look/"])
@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        '{"text": "\\u0000", "place": "\\u0000", "phone": "\\u0000"}',
        '{"text": "\\ud800", "place": "\\ud800", "phone": "\\ud800"}',
        '{"lon": 1e400, "lat": NaN, "text": 5}',
    ],
)
def test_json_that_no_page_sends(path: str, body: str) -> None:
    answer = client(LI).post(path, body, content_type="application/json")
    assert answer.status_code in (200, 400)
