"""The command line as its caller meets it: help, language, and what is said when something is wrong."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
import typer.main
from django.db import OperationalError
from django.utils import translation
from typer.testing import CliRunner

from civigrid import __version__
from civigrid.base.env import BadSetting
from civigrid.base.errors import Refused
from civigrid.base.pg.trouble import full
from civigrid.base.supervise import REFUSED, Child
from civigrid.base.trouble import Trouble
from civigrid.cli import app, errors, ports, show, speech, work

PLAIN = {"PATH": os.environ["PATH"], "COLUMNS": "120"}


def civigrid(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program in an environment of its own."""
    command = [sys.executable, "-m", "civigrid.cli", *words]
    return subprocess.run(command, env=PLAIN | environ, capture_output=True, text=True, check=False)


def test_help_and_version_need_neither_settings_nor_django() -> None:
    asks = (
        "import sys\nfrom civigrid.cli import app\n"
        "try: app(sys.argv[1:])\n"
        "finally: assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'procrastinate')]"
    )
    for words in (["--help"], ["version"], ["serve", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", asks, *words], env=PLAIN | {"CIVIGRID_PORT": "many", "DATABASE_URL": "nonsense"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
    assert civigrid("version").stdout.strip() == __version__


def commands() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        found[name] = command
        found |= {f"{name} {sub}": below for sub, below in getattr(command, "commands", {}).items()}
    return found


def test_every_command_is_there_and_says_what_it_does() -> None:
    found = commands()
    assert set(found) >= {
        "init", "serve", "work", "demo", "pack check", "pack load", "pack generate", "import", "ledger verify", "doctor",
        "backup", "restore", "keys rotate", "version",
    }  # fmt: skip
    for name, command in found.items():
        assert command.help, name
        for parameter in command.params:
            assert getattr(parameter, "help", ""), (name, parameter.name)


UNITS = sorted((Path(__file__).parents[2] / "docs" / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_what_the_systemd_units_start_exists(unit: Path) -> None:
    (start,) = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    program, *words = start.removeprefix("ExecStart=").split()
    assert program.endswith("/civigrid")
    shown = CliRunner().invoke(app, [words[0], "--help"])
    assert shown.exit_code == 0
    assert all(word in shown.output for word in words[1:])


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_TW"}, "zh-hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh-hans"),
        ({}, "en"),
    ],
)
def test_the_callers_language(environ: dict[str, str], language: str) -> None:
    assert speech.language(environ) == language


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Chinese caller; the catalogue is compiled from its source, whatever was built."""
    source = speech.LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
    (tmp_path / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    polib.pofile(str(source)).save_as_mofile(str(tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.mo"))
    monkeypatch.setattr(speech, "LOCALE", tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    speech._catalogue.cache_clear()
    yield
    speech._catalogue.cache_clear()


def test_a_trouble_is_told_in_chinese_to_a_chinese_caller(chinese: None, capsys: pytest.CaptureFixture[str]) -> None:
    show.trouble(ports.taken("127.0.0.1", 8000))
    said = capsys.readouterr().err
    assert "8000" in said
    assert "端口" in said
    assert "taken" not in said


def test_a_wrong_setting_is_one_clear_message(tmp_path: Path) -> None:
    done = civigrid("serve", CIVIGRID_HOME=str(tmp_path), CIVIGRID_PORT="many")
    assert done.returncode == 1
    assert "✗ A setting is wrong: CIVIGRID_PORT='many'" in done.stderr
    assert "→ docs/settings.md" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["serve"], ["demo"]])
def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path, words: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        if words == ["demo"]:
            assert ports.next_free("127.0.0.1", int(port)) == int(port) + 1
            return
        done = civigrid(*words, "--port", port, CIVIGRID_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken by another program." in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_host_that_is_not_ours() -> None:
    with pytest.raises(Trouble, match=r"192\.0\.2\.1 is no address of this machine"):
        ports.require("192.0.2.1", 8000)


def test_answers_only_where_somebody_listens() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        port = server.getsockname()[1]
        assert ports.answers("0.0.0.0", port)
    assert not ports.answers("127.0.0.1", port)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BadSetting("X='1' is wrong"), "A setting is wrong: X='1' is wrong"),
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "The disk that holds /data/x is full."),
        (OSError(errno.EROFS, "Read-only file system", "/data/x"), "/data/x cannot be written"),
        (FileNotFoundError(errno.ENOENT, "No such file", "map.toml"), "There is no map.toml."),
        (OperationalError("connection refused"), "The database does not answer: connection refused"),
        (Refused("file_too_large", limit=5), "at most 5 bytes"),
        (full("/data"), "The disk that holds /data is full."),
    ],
)
def test_known_troubles(error: BaseException, said: str) -> None:
    with translation.override("en"):
        trouble = errors.as_trouble(error)
        assert trouble is not None
        message, remedy = trouble.said()
    assert said in message
    assert remedy


def test_a_mistake_of_ours_is_no_trouble() -> None:
    assert errors.as_trouble(ZeroDivisionError()) is None


def test_a_supervised_child_tells_lasting_from_passing(tmp_path: Path) -> None:
    """Without keys it would never run; a database that does not answer may come back."""
    lasting = Child([sys.executable, "-m", "civigrid.cli", "work"], environ=lambda: nowhere(tmp_path / "none.json"))
    keys = tmp_path / "keys.json"
    made = civigrid("keys", "rotate", CIVIGRID_KEYS_FILE=str(keys))
    assert made.returncode == 1
    assert "There is no key file" in made.stderr
    subprocess.run(
        [sys.executable, "-c", "from civigrid.base.crypto import Keys; Keys.make()"],
        env=PLAIN | {"CIVIGRID_KEYS_FILE": str(keys)}, check=True,
    )  # fmt: skip
    passing = Child([sys.executable, "-m", "civigrid.cli", "work"], environ=lambda: nowhere(keys))
    for child, code in ((lasting, REFUSED), (passing, 1)):
        child.start()
        assert ended(child) == code


def nowhere(keys: Path) -> dict[str, str]:
    return {"DATABASE_URL": "postgresql://civigrid@/city?host=/nowhere", "CIVIGRID_KEYS_FILE": str(keys)}


def ended(child: Child) -> int:
    while (code := child.poll()) is None:
        pass
    child.stop()
    return code


def test_keys_are_rotated_and_the_old_one_stays(tmp_path: Path) -> None:
    from civigrid.base.crypto import Keys

    path = tmp_path / "keys.json"
    sealed = Keys.make(path).seal(b"139", row_id=1)
    done = civigrid("keys", "rotate", CIVIGRID_KEYS_FILE=str(path))
    assert done.returncode == 0, done.stderr
    assert "Key 2 is the current one" in done.stdout
    assert Keys.load(path).current == 2
    assert Keys.load(path).unseal(sealed, row_id=1) == b"139"


Part = Callable[[threading.Event], None]


def waits(stop: threading.Event) -> None:
    stop.wait()


def breaks(stop: threading.Event) -> None:
    raise ZeroDivisionError


def returns(stop: threading.Event) -> None:
    return


@pytest.mark.parametrize("part", [breaks, returns])
def test_work_ends_as_a_whole_when_a_part_ends(part: Part) -> None:
    assert not kept_signals(lambda: work.run([waits, part], work.told_to_stop()))


def test_work_ends_when_asked() -> None:
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
    assert kept_signals(lambda: work.run([waits], work.told_to_stop()))


ASKED_AGAIN_AND_AGAIN = """
import signal
from civigrid.cli import work

for _ in range(50):
    asked = work.told_to_stop()
    signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0002)
    assert work.run([lambda stop: stop.wait()] * 4, asked)
    signal.setitimer(signal.ITIMER_REAL, 0)
"""


def test_work_ends_whatever_it_is_doing_and_however_often_it_is_asked() -> None:
    subprocess.run([sys.executable, "-c", ASKED_AGAIN_AND_AGAIN], check=True, timeout=60)


def kept_signals(run: Callable[[], bool]) -> bool:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_an_unforeseen_error_shows_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.pretty_exceptions_show_locals is False
    monkeypatch.setattr("civigrid.base.crypto.Keys.load", lambda: 1 / 0)
    assert isinstance(CliRunner().invoke(app, ["keys", "rotate"]).exception, ZeroDivisionError)
