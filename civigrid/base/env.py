"""Every setting Civigrid reads from the environment, in one place.

`settings.py`, the command line and `docs/settings.md` all come from this list; a test fails for a setting that the
documentation does not name. No Django here: the command line reads it before anything else is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs


class BadSetting(ValueError):
    """A setting whose value cannot be used; says which, what was found and what is expected."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    help: str

    def text(self, environ: Mapping[str, str] | None = None) -> str:
        value = (os.environ if environ is None else environ).get(self.name, "")
        return value.strip() or self.default

    def number(self, environ: Mapping[str, str] | None = None) -> int:
        value = self.text(environ)
        if not value.isascii() or not value.isdigit():
            raise BadSetting(f"{self.name}={value!r} is not a whole number of 0 or more")
        return int(value)

    def flag(self, environ: Mapping[str, str] | None = None) -> bool:
        value = self.text(environ).lower()
        if value not in {"1", "0", "true", "false", "yes", "no", "on", "off", ""}:
            raise BadSetting(f"{self.name}={value!r} is neither on nor off")
        return value in {"1", "true", "yes", "on"}

    def words(self, environ: Mapping[str, str] | None = None) -> list[str]:
        return [word.strip() for word in self.text(environ).split(",") if word.strip()]


HOME = Setting(
    "CIVIGRID_HOME",
    "",
    "Folder for database, files, keys and logs. Default: the user's data folder; as root /var/lib/civigrid.",
)
DATABASE_URL = Setting(
    "DATABASE_URL", "", "postgresql://civigrid:...@host/db of a PostgreSQL 16 or later. Empty: the embedded server."
)
PG_VERSION = Setting("CIVIGRID_PG_VERSION", "18", "Major version of a new embedded database: 18 or 16.")
KEYS_FILE = Setting(
    "CIVIGRID_KEYS_FILE", "", "JSON file with the encryption keys, mode 0600. Default: keys.json in CIVIGRID_HOME."
)
HOST = Setting("CIVIGRID_HOST", "127.0.0.1", "Address the web server listens on.")
PORT = Setting("CIVIGRID_PORT", "8000", "Port the web server listens on.")
PUBLIC_URL = Setting(
    "CIVIGRID_PUBLIC_URL",
    "",
    "The address people use, e.g. https://city.example. Sets cookies to https only and trusts this origin.",
)
ALLOWED_HOSTS = Setting(
    "CIVIGRID_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "Host names served, separated by commas."
)
WEB_PROCESSES = Setting("CIVIGRID_WEB_PROCESSES", "1", "Web server processes.")
WEB_THREADS = Setting("CIVIGRID_WEB_THREADS", "16", "Threads per web process that run pages.")
POOL_SIZE = Setting("CIVIGRID_POOL_SIZE", "16", "Database connections per process at most.")
LOG_LEVEL = Setting("CIVIGRID_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.")
METRICS_TOKEN = Setting(
    "CIVIGRID_METRICS_TOKEN", "", "Bearer token for /metrics from other machines. Empty: loopback only."
)
MAX_PHOTO_BYTES = Setting("CIVIGRID_MAX_PHOTO_BYTES", str(15 * 1024 * 1024), "Largest photo taken, in bytes.")
MAX_PHOTO_PIXELS = Setting("CIVIGRID_MAX_PHOTO_PIXELS", "50000000", "Largest photo taken, in pixels.")
MAX_VIDEO_BYTES = Setting("CIVIGRID_MAX_VIDEO_BYTES", str(100 * 1024 * 1024), "Largest video taken, in bytes.")
MAX_AUDIO_BYTES = Setting(
    "CIVIGRID_MAX_AUDIO_BYTES", str(100 * 1024 * 1024), "Largest recording of sound taken, in bytes."
)
MAX_DOCUMENT_BYTES = Setting("CIVIGRID_MAX_DOCUMENT_BYTES", str(100 * 1024 * 1024), "Largest document taken, in bytes.")
MAX_UNPACKED_BYTES = Setting(
    "CIVIGRID_MAX_UNPACKED_BYTES", str(512 * 1024 * 1024), "Largest DOCX, XLSX or OFD taken, unpacked, in bytes."
)
MAX_OPEN_UPLOADS = Setting(
    "CIVIGRID_MAX_OPEN_UPLOADS", "50", "Uploads one account may have at a time that no form took yet, arrived or not."
)
MAX_UPLOADS_BYTES = Setting(
    "CIVIGRID_MAX_UPLOADS_BYTES", str(1024 * 1024 * 1024), "Bytes all of these may have together."
)
MAX_BODY_BYTES = Setting(
    "CIVIGRID_MAX_BODY_BYTES", str(120 * 1024 * 1024), "Largest request body the web server reads, in bytes."
)
API_MAX_JSON_BYTES = Setting(
    "CIVIGRID_API_MAX_JSON_BYTES",
    str(64 * 1024),
    "Largest JSON body, and largest line of a batch, the API takes, in bytes.",
)
API_MAX_ROWS = Setting("CIVIGRID_API_MAX_ROWS", "10000", "Most reports the API takes in one batch.")
API_MAX_BATCH_BYTES = Setting(
    "CIVIGRID_API_MAX_BATCH_BYTES", str(32 * 1024 * 1024), "Largest batch of reports the API takes, in bytes."
)
API_PER_MINUTE = Setting(
    "CIVIGRID_API_PER_MINUTE",
    "6000",
    "Requests a minute that each web process takes with one token; 100 rows of a batch count as one more. 0: no limit.",
)
PUBLIC_SOURCE = Setting(
    "CIVIGRID_PUBLIC_SOURCE",
    "02",
    "Code of the city's report source that residents' own page is. Unknown to the city: it is closed.",
)
PUBLIC_REPORTS_PER_HOUR = Setting(
    "CIVIGRID_PUBLIC_REPORTS_PER_HOUR",
    "20",
    "Reports and additions one browser may send in an hour without signing in.",
)
PUBLIC_ADDRESS_REPORTS_PER_HOUR = Setting(
    "CIVIGRID_PUBLIC_ADDRESS_REPORTS_PER_HOUR", "200", "The same for all browsers behind one network address."
)
PUBLIC_TRIES_PER_HOUR = Setting(
    "CIVIGRID_PUBLIC_TRIES_PER_HOUR",
    "10",
    "Wrong query codes in an hour after which a report's number is left in peace.",
)
PUBLIC_ADDRESS_TRIES_PER_HOUR = Setting(
    "CIVIGRID_PUBLIC_ADDRESS_TRIES_PER_HOUR", "60", "Wrong query codes in an hour from one network address."
)
PUBLIC_LOOKS_PER_MINUTE = Setting(
    "CIVIGRID_PUBLIC_LOOKS_PER_MINUTE",
    "60",
    "How often a minute one browser's form may ask what fits; an address, ten times that.",
)
PUBLIC_FORM_BYTES = Setting(
    "CIVIGRID_PUBLIC_FORM_BYTES",
    str(200 * 1024 * 1024),
    "Bytes of files that one browser may have sent without a report.",
)
PUBLIC_ADDRESS_BYTES_PER_HOUR = Setting(
    "CIVIGRID_PUBLIC_ADDRESS_BYTES_PER_HOUR", str(2 * 1024**3), "Bytes of files in an hour from one network address."
)
PUBLIC_BYTES_PER_DAY = Setting(
    "CIVIGRID_PUBLIC_BYTES_PER_DAY", str(50 * 1024**3), "Bytes of files that residents may send in a day altogether."
)
TRUSTED_PROXIES = Setting(
    "CIVIGRID_TRUSTED_PROXIES",
    "0",
    "Reverse proxies in front that append to X-Forwarded-For; so many of its last addresses are believed.",
)
IDLE_MINUTES = Setting(
    "CIVIGRID_IDLE_MINUTES", "120", "A session in which nobody did anything for so many minutes ends."
)
DEBUG = Setting("CIVIGRID_DEBUG", "0", "1 shows tracebacks in the browser. Never in production.")

SETTINGS: tuple[Setting, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Setting))


def home() -> Path:
    """The folder everything is kept in; not created here."""
    chosen = HOME.text()
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/civigrid")
    return Path(platformdirs.user_data_dir("civigrid", appauthor=False))


def keys_file() -> Path:
    chosen = KEYS_FILE.text()
    return Path(chosen).expanduser().absolute() if chosen else home() / "keys.json"
