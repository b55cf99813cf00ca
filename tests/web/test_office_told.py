"""One report, whatever became of it: what the caller was told can be read again by whoever looks after the whole."""

from __future__ import annotations

import pytest

from civigrid.base import db
from civigrid.cases.queries import stays
from tests.web.people import CHEN, JIANG, LI, LUO, SHEN, XU, ZHENG, client
from tests.web.test_desk_register import saved, typed

pytestmark = pytest.mark.usefixtures("city")
ANSWER = "周一至周五九点，午间不休"


def answered() -> int:
    said = typed(kind="consult", choice="answer", words=ANSWER, matter="", text="办事窗口几点开门")
    return int(saved(client(LI).post("/desk/register/", said)).became.report_id)


def test_what_a_caller_was_told_is_read_again() -> None:
    number = answered()
    for who in (LI, ZHENG, SHEN):
        page = client(who).get(f"/office/reports/{number}/").content.decode()
        assert ANSWER in page
        assert "办事窗口几点开门" in page
        assert "直接答复" in page
    rows = client(SHEN).get("/office/reports/").content.decode()
    assert f'href="/office/reports/{number}/"' in rows


def test_a_report_at_work_leads_to_its_cases() -> None:
    done = saved(client(LI).post("/desk/register/", typed(also_1="C0101")))
    page = client(SHEN).get(f"/office/reports/{done.became.report_id}/").content.decode()
    for case in done.cases:
        assert f"/cases/{case.number}/" in page
    with db.system():
        assert len(stays(done.became.report_id)) == 2


def test_it_is_nobody_elses() -> None:
    number = answered()
    for who in (CHEN, LUO, JIANG, XU):
        assert client(who).get(f"/office/reports/{number}/").status_code == 404
    assert client(SHEN).get("/office/reports/999999999/").status_code == 404
    assert client(SHEN).get(f"/office/reports/{2**63}/").status_code == 404
