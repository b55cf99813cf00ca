"""Whether an address can be listened on, asked before anything is started."""

from __future__ import annotations

import errno
import socket
from itertools import islice

from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _

NEXT = 100  # ports tried after the wanted one


def require(host: str, port: int) -> None:
    """Raises Trouble unless a server could listen there now."""
    try:
        _listen(host, port)
    except OSError as error:
        raise _meaning(error, host, port) from error


def next_free(host: str, port: int) -> int:
    """The first free one from `port` on. Raises Trouble where none of a hundred is."""
    for candidate in islice(range(port, 65536), NEXT):
        try:
            _listen(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise _meaning(error, host, candidate) from error
        else:
            return candidate
    raise taken(host, port)


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((_here(host), port), timeout=1).close()
    except OSError:
        return False
    return True


def _here(host: str) -> str:
    """Where a server on "every address" is reached from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _listen(host: str, port: int) -> None:
    # without SO_REUSEPORT: the web server uses it, so a second one would silently share the port
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(address)
        server.listen(1)


def taken(host: str, port: int) -> Trouble:
    return Trouble(
        _("Port {port} on {host} is taken by another program."),
        _("Stop that program, or choose another port with --port or CIVIGRID_PORT."),
        host=host,
        port=port,
    )


def _meaning(error: OSError, host: str, port: int) -> Trouble:
    if error.errno == errno.EADDRINUSE:
        return taken(host, port)
    if error.errno == errno.EACCES:
        return Trouble(
            _("This user may not listen on port {port}."),
            _("Choose a port above 1023 with --port, and put a proxy before it."),
            port=port,
        )
    return Trouble(
        _("{host} is no address of this machine: {said}"),
        _("Choose one with --host or CIVIGRID_HOST: 127.0.0.1 for this machine only, 0.0.0.0 for all."),
        host=host,
        said=error.strerror or error,
    )
