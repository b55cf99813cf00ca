"""`civigrid classify` as whoever runs a city meets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from civigrid.cli import classify, show
from tests.flow.test_learning import label, load, tell, used
from tests.sayings import sayings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def booted(**_: object) -> Iterator[None]:
        yield

    monkeypatch.setattr(classify, "booted", booted)  # the test's own database
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(show.out, "width", 200)  # whatever terminal the tests run in
    load()


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(classify.app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_without_a_past_there_is_nothing_to_learn(tmp_path: Path) -> None:
    assert run("train", "--if-due") == (0, "✓ There is nothing new to learn yet.\n")
    assert "no model yet" in run("show")[1]
    with pytest.raises(Exception, match="history_too_small"):
        run("train")
    told = tmp_path / "told.txt"
    told.write_text("路灯不亮\n\n喂,你好\n", encoding="utf-8")
    code, said = run("test", str(told))
    assert code == 0
    assert "C0118 路灯" in said and "路灯不亮" in said and "not found" in said


def test_train_show_use_test(tmp_path: Path) -> None:
    tell(list(sayings(1_300)), given=True)
    code, said = run("train", "--if-due")
    assert code == 0
    assert "1300 of 1300" in said and "is in use" in said and "the catalogue's words alone" in said
    first = used()
    assert run("train", "--if-due") == (0, "✓ There is nothing new to learn yet.\n")
    assert run("train", "--force")[0] == 0
    second = used()
    assert second > first
    said = run("show")[1]
    assert "in use" in said and "was in use" in said and "E0701" in said
    assert f"Model {first}," in run("show", str(first))[1]
    assert run("show", "999999")[0] == 1
    assert run("use", str(first)) == (0, f"✓ Model {first} is in use from the next report on.\n")
    assert used() == first
    told = tmp_path / "told.txt"
    told.write_text("灯杆黑漆漆,夜里摸黑\n", encoding="utf-8")
    assert "C0118 路灯" in run("test", str(told))[1]
    assert run("use", "0")[0] == 0
    assert used() == 0
    assert "not found" in run("test", str(told))[1]
    (report_id,) = tell([("", "灯杆黑漆漆")], given=False, start=9_000)
    assert label(report_id).model_id is None
