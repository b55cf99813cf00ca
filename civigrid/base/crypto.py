"""Keys: the site secret, the numbered sealing keys and the index key, all in one JSON file of mode 0600.

Contacts are sealed with AES-256-GCM. A sealed value carries the number of its key, and the id of its row is
authenticated with it, so a value copied to another row does not open. Numbers are found again by an HMAC with a key
of its own. The file is never part of a backup: whoever has both has everything.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import stat
import struct
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civigrid.base import env
from civigrid.base.disk import sync_folder
from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _

FORMAT = 1
KEY_BYTES = 32
SECRET_SIGNS = 50
NONCE_BYTES = 12
MAX_KEY_ID = 0xFFFF
_HEADER = struct.Struct(">BH")  # format, key id
_ROW = struct.Struct(">q")


class KeyTrouble(Trouble):
    """The key file cannot be used. No key is ever in the message."""


class NoKeys(KeyTrouble):
    """There is no key file yet."""


class CannotUnseal(Exception):
    """A sealed value was changed, belongs to another row, or its key is not in the file."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """`sealing` maps key ids (1..65535) to 32 bytes; `current` is the one new values are sealed with."""

    path: Path
    site_secret: str
    index_key: bytes
    current: int
    sealing: Mapping[int, bytes]

    @classmethod
    def make(cls, path: Path | None = None) -> Keys:
        """Writes a new key file (default: the configured one). Refuses to replace an existing one."""
        path = path or env.keys_file()
        if path.exists():
            raise KeyTrouble(
                _("There is a key file at {path} already."),
                _("Keep it: what its keys sealed opens with no other. `civigrid keys rotate` adds a new key to it."),
                path=path,
            )
        keys = cls(
            path, secrets.token_urlsafe(48), secrets.token_bytes(KEY_BYTES), 1, {1: secrets.token_bytes(KEY_BYTES)}
        )
        keys._write(new=True)
        return keys

    @classmethod
    def load(cls, path: Path | None = None) -> Keys:
        """The keys of `path` (default: the configured one); `KeyTrouble` when they cannot be used."""
        path = path or env.keys_file()
        return _parsed(path, _read_private(path))

    def rotate(self) -> Keys:
        """Adds a new current key and writes the file. Old keys stay: they open what they sealed."""
        number = max(self.sealing) + 1
        if number > MAX_KEY_ID:
            raise KeyTrouble(
                _("The key file {path} is full: {count} keys."),
                _("Keep using its current key."),
                path=self.path,
                count=MAX_KEY_ID,
            )
        rotated = replace(self, current=number, sealing={**self.sealing, number: secrets.token_bytes(KEY_BYTES)})
        rotated._write(new=False)
        return rotated

    def seal(self, plaintext: bytes, *, row_id: int, about: str = "") -> bytes:
        """`about` names what the row is where two tables share the keys."""
        header = _HEADER.pack(FORMAT, self.current)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.sealing[self.current]).encrypt(nonce, plaintext, _bound(header, row_id, about))
        return header + nonce + sealed

    def unseal(self, blob: bytes, *, row_id: int, about: str = "") -> bytes:
        key = self.sealing.get(key_id(blob))
        if key is None:
            raise CannotUnseal(f"sealed with key {key_id(blob)}, which {self.path} does not hold")
        header, nonce, sealed = blob[:3], blob[3 : 3 + NONCE_BYTES], blob[3 + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, sealed, _bound(header, row_id, about))
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal(f"the sealed value of row {row_id} was changed or belongs to another row") from error

    def resealed(self, rows: Iterable[tuple[int, bytes]], *, about: str = "") -> list[tuple[int, bytes]]:
        """One batch of (row id, sealed value) -> the new values of those not sealed with the current key."""
        return [
            (row_id, self.seal(self.unseal(blob, row_id=row_id, about=about), row_id=row_id, about=about))
            for row_id, blob in rows
            if key_id(blob) != self.current
        ]

    def phone_index(self, number: str) -> bytes:
        """The same 32 bytes for every spelling of one number; b"" (which matches nothing) where there is no digit."""
        digits = plain_number(number)
        return hmac.digest(self.index_key, digits.encode(), "sha256") if digits else b""

    def _write(self, *, new: bool) -> None:
        content = {
            "format": FORMAT,
            "site_secret": self.site_secret,
            "index_key": _shown(self.index_key),
            "current": self.current,
            "sealing": {str(number): _shown(key) for number, key in self.sealing.items()},
        }
        try:
            _write_private(self.path, json.dumps(content, indent=2).encode() + b"\n", new=new)
        except OSError as error:
            raise KeyTrouble(
                _("The key file {path} cannot be written: {why}."),
                _("Make room on the disk or let this user write there; the old file, if any, is unchanged."),
                path=self.path,
                why=error.strerror,
            ) from error


def key_id(blob: bytes) -> int:
    """The number of the key a value was sealed with."""
    if len(blob) < _HEADER.size + NONCE_BYTES or blob[0] != FORMAT:
        raise CannotUnseal("not a sealed value")
    return int(_HEADER.unpack_from(blob)[1])


def plain_number(number: str) -> str:
    """The digits that tell one number from another: full-width folded, +86/0086 taken off, area codes with their 0."""
    folded = unicodedata.normalize("NFKC", number).strip()
    digits = "".join(str(unicodedata.decimal(sign)) for sign in folded if sign.isdecimal())
    if digits.startswith("0086") or (digits.startswith("86") and folded.startswith("+")):
        national = digits.removeprefix("00").removeprefix("86")
        mobile = len(national) == 11 and national.startswith("1")
        return national if mobile or national.startswith("0") or not national else "0" + national
    if len(digits) == 13 and digits.startswith("861"):
        return digits[2:]
    return digits


# what the rest of the house calls; the file is read at the first use and again when a newer key is met

_loaded: dict[Path, Keys] = {}


def keys() -> Keys:
    """The configured keys, read once per process."""
    path = env.keys_file()
    if path not in _loaded:
        _loaded[path] = Keys.load(path)
    return _loaded[path]


def seal(plaintext: bytes, *, row_id: int, about: str = "") -> bytes:
    """AES-256-GCM under the current key; opens only for the same `row_id` and `about`."""
    return keys().seal(plaintext, row_id=row_id, about=about)


def unseal(blob: bytes, *, row_id: int, about: str = "") -> bytes:
    """What was sealed; `CannotUnseal` when it was changed or moved."""
    if key_id(blob) not in keys().sealing:  # rotated since this process read the file
        _loaded.clear()
    return keys().unseal(blob, row_id=row_id, about=about)


def phone_index(number: str) -> bytes:
    """HMAC-SHA-256 of the normalised number under the index key; b"" where there is no digit."""
    return keys().phone_index(number)


def keyed_hash(about: str, data: bytes) -> bytes:
    """HMAC-SHA-256 under the index key: 32 bytes that tell equal data and, without the key, nothing about it. It does
    not change when keys are rotated. `about` keeps the hashes of two uses apart.
    """
    return hmac.digest(keys().index_key, b"%b\n%b" % (about.encode(), data), "sha256")


def site_secret() -> str:
    """Signs sessions and forms. Before `civigrid init` has made the file it is a new one per process: enough for
    --help and tests; `serve` and `work` do not start without the file."""
    try:
        return keys().site_secret
    except NoKeys:
        return secrets.token_urlsafe(48)


def _bound(header: bytes, row_id: int, about: str) -> bytes:
    return header + _ROW.pack(row_id) + about.encode()


def _shown(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _read_private(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise KeyTrouble(
                _("The key file {path} can be read by others (mode {mode})."),
                _("Run: chmod 600 {path}"),
                path=path,
                mode=f"{mode:04o}",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NoKeys(
            _("There is no key file at {path}."),
            _("`civigrid init` makes one. After a restore put the old one back there, or set CIVIGRID_KEYS_FILE."),
            path=path,
        ) from error
    except OSError as error:
        raise KeyTrouble(
            _("The key file {path} cannot be read: {why}."),
            _("Let this user read it, or set CIVIGRID_KEYS_FILE to another one."),
            path=path,
            why=error.strerror,
        ) from error


def _parsed(path: Path, content: bytes) -> Keys:
    try:
        found = json.loads(content)
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']!r}")
        sealing = {int(number): _key(key) for number, key in found["sealing"].items()}
        keys = Keys(path, str(found["site_secret"]), _key(found["index_key"]), int(found["current"]), sealing)
        _check(keys)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeyTrouble(
            _("{path} is not a key file of this Civigrid, or it is damaged: {why}."),
            _("Put the right file back, from where you keep its copy: no backup of Civigrid holds the keys."),
            path=path,
            why=_why(error),
        ) from error
    return keys


def _check(keys: Keys) -> None:
    if keys.current not in keys.sealing or not all(0 < number <= MAX_KEY_ID for number in keys.sealing):
        raise ValueError("its current key is missing")
    if len(keys.site_secret) < SECRET_SIGNS:
        raise ValueError("its site secret is too short")


def _key(text: Any) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {len(key)} bytes, not {KEY_BYTES}")
    return key


def _why(error: Exception) -> str:
    """Never the parser's own words: they can quote the file."""
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "not JSON"
    if isinstance(error, binascii.Error):
        return "a key is not base64"
    if isinstance(error, KeyError):
        return f"no {error}"
    return str(error) if type(error) is ValueError and "int()" not in str(error) else "wrong shape"


def _write_private(path: Path, content: bytes, *, new: bool) -> None:
    """Whole or not at all, and on disk when this returns. `new` refuses a file made meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if new:
            path.hardlink_to(draft)
        else:
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def fingerprint() -> str:
    """Eight hex signs that tell two key files apart and reveal nothing: backups and `doctor` show them."""
    return hashlib.sha256(b"civigrid keys" + keys().index_key).hexdigest()[:8]
