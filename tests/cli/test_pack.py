"""`civigrid pack check` as an office meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from civigrid.cli.pack import FAULTS_SHOWN, app
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


def assets(count: int, owner: str) -> bytes:
    lines = [f"99018101180{number:05},C0118,,{owner},,124.0052,29.0022" for number in range(count)]
    return "\n".join([*lines, ""]).encode()


def test_equal_faults_are_one_line_and_their_cause_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    content = with_line("units.csv", "4002,环卫中心,,institution,2021,990181,G,no")
    content["assets.csv"] = content["assets.csv"].rstrip(b"\n") + b"\n" + assets(80, "4009")
    content["posts.csv"] += b"li,4009,handler,\n"
    code, said = checked(tmp_path, content)
    lines = [line for line in said.splitlines() if ".csv" in line]
    assert code == 1
    assert [line.split(" ")[0] for line in lines] == ["units.csv:9:parent", "posts.csv:9:unit"]
    assert "There is no unit 4009." in lines[1]
    assert "(81 rows, this is the first)" in lines[1]
    assert "82 faults. The pack cannot be loaded like this." in said
    assert "loaded." not in said


def test_the_rest_of_many_faults_is_counted_and_shown_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    content = files()
    content["people.csv"] += "".join(f"u{number},人,,x{number}\n" for number in range(FAULTS_SHOWN + 1)).encode()
    _, said = checked(tmp_path, content)
    assert "1 more; --all shows it." in said
    assert f"x{FAULTS_SHOWN}" not in said
    whole = CliRunner().invoke(app, ["check", "--all", str(tmp_path)], env={"COLUMNS": "200"}).output
    assert f"x{FAULTS_SHOWN}" in whole
    assert "--all" not in whole


def test_one_fault_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    _, said = checked(tmp_path, with_line("people.csv", "liu,,,"))
    assert "1 fault. The pack cannot be loaded like this." in said
