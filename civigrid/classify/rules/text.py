"""How a text is spelt before anything is looked for in it, and what is hidden from whoever learns from it."""

from __future__ import annotations

import re
import unicodedata

READ = 1_000  # characters that are read: what a report is about is said early

_HAN = "\u3400-\u9fff"
# what tells of a person, or stands where a name stands; taken out before a model learns, in this order
_PERSONAL = re.compile(
    rf"""
    [!-~]*@[!-~]* | https?://\S+ | www\.\S+                             # addresses
    | [{_HAN}][a-z][a-z0-9]{{4,6}}(?![a-z0-9])                    # number plates
    | [a-z0-9_+-]*[0-9][a-z0-9_-]*                                # numbers, and names of accounts with one in them
    | (?:我叫|我是|本人|姓名|名叫|联系人|署名)[:,\s]*[{_HAN}]{{2,4}}
    | [{_HAN}]{{1,3}}(?=先生|女士|小姐|同志|师傅|老师|医生|主任|经理|局长|书记)
    | (?:mr|mrs|ms|dr)\.?\s[a-z]+(?:\s[a-z]+)? | (?:my\sname\sis|i\sam|i'm)\s[a-z]+(?:\s[a-z]+)?
    """,
    re.VERBOSE,
)


def plain(text: str) -> str:
    """One width and one case."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def whole(title: str, text: str) -> str:
    """What a model reads of a report: its title twice, because it says more, and the beginning of its text."""
    head = f"{title}\n{title}\n" if title else ""
    return plain(f"{head}{text}"[:READ])


def impersonal(text: str) -> str:
    """A plain text without numbers, addresses, names of accounts and what stands where a person's name does."""
    return _PERSONAL.sub("\n", text)
