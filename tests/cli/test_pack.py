"""`civigrid pack check` as an office meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from civigrid.cli.pack import app
from tests.packfiles import files, with_line


def checked(folder: Path, content: dict[str, bytes]) -> tuple[int, str]:
    for name, data in content.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    result = CliRunner().invoke(app, ["check", str(folder)], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_a_good_pack_is_told_with_what_it_holds(tmp_path: Path) -> None:
    code, said = checked(tmp_path, files())
    assert code == 0
    assert "云汀市" in said
    assert "7" in said


def test_a_fault_is_told_with_file_row_and_column_and_ends_with_an_error(tmp_path: Path) -> None:
    code, said = checked(tmp_path, with_line("units.csv", "4002,环卫中心,,institution,2021,990181,G,no"))
    assert code == 1
    assert "units.csv:9:parent" in said
    assert "2021" in said


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "gone")])
    assert result.exit_code == 1
    assert "gone" in result.output
    assert "Traceback" not in result.output
