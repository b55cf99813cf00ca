"""JSON lines on standard error: when, how bad, what, which request, which account. Never who or what a person said.

Nothing personal belongs in a log call. Three nets hold what slips through: named values of personal fields are
masked, only the extra fields of `SHOWN` are written, and numbers that look like telephones or identity cards are
masked in the finished line, the traceback included.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import TracebackException
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
account_id: ContextVar[int] = ContextVar("account_id", default=0)

# what a log call may add with `extra=`; everything else is dropped
SHOWN = ("method", "path", "status", "ms", "count", "batch", "code", "number", "task", "pid", "seconds")
PERSONAL = re.compile(
    r"name|phone|mobile|tel|contact|address|mail|id_card|identity|text|title|body|content|message|password|secret|token|cookie"
    r"|姓名|电话|手机|地址|身份证",
    re.IGNORECASE,
)
MASK = "***"
_NUMBERS = re.compile(
    r"(?<!\d)(?:(?:\+?86|0086)[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dXx])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# PostgreSQL quotes the offending row from here on, line ends of what people wrote included
_QUOTED_ROW = re.compile(r"(DETAIL|CONTEXT|QUERY|LINE \d+):.*", re.DOTALL)


@contextmanager
def about(*, request: str = "", account: int = 0) -> Iterator[None]:
    """Every line written inside carries these ids."""
    before = request_id.set(request), account_id.set(account)
    try:
        yield
    finally:
        request_id.reset(before[0])
        account_id.reset(before[1])


def masked(text: str) -> str:
    """`text` without telephone, identity and mail numbers, and without rows quoted by the database."""
    return _MAIL.sub(MASK, _NUMBERS.sub(MASK, _QUOTED_ROW.sub(rf"\1 {MASK}", text)))


class DropPersonal(logging.Filter):
    """Masks the named values of a message: `log.info("%(phone)s called", {"phone": ...})`."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, Mapping):
            record.args = {key: MASK if PERSONAL.search(str(key)) else value for key, value in record.args.items()}
        return True


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": masked(record.getMessage()),
        }
        if request := request_id.get():
            line["request"] = request
        if account := account_id.get():
            line["account"] = account
        line.update((key, _plain(record.__dict__[key])) for key in SHOWN if key in record.__dict__)
        if record.exc_info:
            line["error"] = _masked_traceback(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _masked_traceback(error: BaseException | None) -> str:
    """The whole chain, oldest first. Each message is masked by itself: one may go on over lines, and no more than it
    is lost.
    """
    parts: list[str] = []
    seen: set[int] = set()  # a chain may lead back to itself
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        told = TracebackException.from_exception(error, compact=True)
        parts.append("".join(map(masked, told.stack.format())) + masked("".join(told.format_exception_only())))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(reversed(parts))


def _plain(value: Any) -> Any:
    return masked(value) if isinstance(value, str) else value


def configure(options: Mapping[str, Any]) -> None:
    """Django's LOGGING_CONFIG: `options["level"]` is DEBUG, INFO, WARNING or ERROR. Safe to repeat."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, JsonLines)]:
        root.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(DropPersonal())
    root.addHandler(handler)
    root.setLevel(options.get("level", "INFO"))
    logging.captureWarnings(True)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it tells of every poll at INFO
    # its DEBUG lines are statements with their values
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
