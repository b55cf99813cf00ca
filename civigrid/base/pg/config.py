"""The embedded server's configuration, written anew at each start. An operator's own wishes go to `conf/local.conf`.

Errors are logged without their statement and detail, because those may quote what a resident wrote.
"""

from __future__ import annotations

import os
from pathlib import Path

from civigrid.base.pg.places import Places

ADMINISTRATOR = "postgres"
LOGIN = "civigrid"

SMALL_SERVER = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "idle_in_transaction_session_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "20MB",
    "log_line_prefix": "%m [%p] %u ",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def write(places: Places, socket: Path, *, invoker: str, throw_away: bool) -> Path:
    """Writes the three files; returns the one to start with."""
    values = {
        **SMALL_SERVER,
        **_memory(),
        **(THROW_AWAY if throw_away else DURABLE),
        "unix_socket_directories": _double_quoted(str(socket)),
        "log_directory": str(places.log),
        "hba_file": str(places.conf / "pg_hba.conf"),
        "ident_file": str(places.conf / "pg_ident.conf"),
    }
    lines = [f"include {quoted(str(places.data / 'postgresql.conf'))}"]
    lines += [f"{name} = {quoted(value)}" for name, value in values.items()]
    lines.append("include_if_exists 'local.conf'")
    _replace(places.conf / "pg_hba.conf", hba())
    _replace(places.conf / "pg_ident.conf", ident(invoker))
    return _replace(places.conf / "civigrid.conf", "\n".join(lines) + "\n")


def hba() -> str:
    """Through the socket only, and only as the user the system says is there. No password, no trust."""
    return "".join(f"local all {name} peer map={name}\n" for name in (LOGIN, ADMINISTRATOR))


def ident(invoker: str) -> str:
    return "".join(f"{name} {_double_quoted(invoker)} {name}\n" for name in (LOGIN, ADMINISTRATOR))


def quoted(value: str) -> str:
    """As postgresql.conf wants it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _double_quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _memory() -> dict[str, str]:
    """An eighth of the machine for the buffers, between 64 and 512 MB."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{min(max(whole // 8, 64), 512)}MB",
        "effective_cache_size": f"{max(whole // 2, 128)}MB",
    }


def _replace(path: Path, text: str) -> Path:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.chmod(0o644)
    return part.replace(path)
