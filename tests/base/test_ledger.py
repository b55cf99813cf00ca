"""Appending to chains and reading them back."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection

from civigrid.base import db, ledger
from civigrid.base.ledger import BadLine, Line
from civigrid.base.ledger.lines import body, chained, genesis, moment
from civigrid.base.permissions import EVERYWHERE

NOW = datetime(2026, 11, 22, 8, 0, 0, 500, tzinfo=UTC)


def row(statement: str) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: tuple[object, ...] = cursor.fetchone()
        return found


@pytest.mark.django_db
def test_a_line_is_read_as_it_was_written() -> None:
    facts = {"stage": "handle", "row": 12, "share": 0.5, "sure": True, "unit": None, "on": "2026-11-22", "empty": ""}
    with db.system():
        ledger.append([Line("case", 7, "dispatch", facts, "漏水\n第二行\t“引号”\\", account=5, post=6)], now=NOW)
        (entry,) = ledger.read("case", 7)
    assert (entry.seq, entry.at, entry.verb, entry.account, entry.post) == (1, NOW, "dispatch", 5, 6)
    assert dict(entry.facts) == facts
    assert entry.text == "漏水\n第二行\t“引号”\\"


@pytest.mark.django_db
def test_lines_of_one_stream_keep_their_order_and_streams_may_mix() -> None:
    with db.system():
        ledger.append([Line("case", 2, "open"), Line("report", 9, "receive")], now=NOW)
        lines = [
            Line(kind, stream, f"v{n}")
            for n, (kind, stream) in enumerate([("case", 2), ("case", 1), ("report", 9), ("case", 2)])
        ]
        ledger.append(lines, now=NOW)
        read = ledger.read_many("case", [1, 2, 3])
        assert {stream: [entry.verb for entry in entries] for stream, entries in read.items()} == {
            1: ["v1"],
            2: ["open", "v0", "v3"],
            3: [],
        }
        assert [entry.seq for entry in read[2]] == [1, 2, 3]
        assert ledger.verify().ok


@pytest.mark.django_db
def test_streams_that_begin_are_the_same_as_others_and_begin_once() -> None:
    lines = [Line("case", 2, "open", {"n": 1}, "漏水"), Line("case", 1, "open"), Line("case", 2, "send")]
    with db.system():
        ledger.append(lines, now=NOW, begin=True)
        ledger.append([Line("case", 2, "close")], now=NOW)
        read = ledger.read_many("case", [1, 2])
        assert [[entry.verb for entry in read[stream]] for stream in (1, 2)] == [["open"], ["open", "send", "close"]]
        assert read[2][0].text == "漏水"
        assert ledger.verify().ok
    with pytest.raises(IntegrityError), db.system():
        ledger.append([Line("case", 1, "again")], now=NOW, begin=True)


@pytest.mark.django_db
def test_the_chain_can_be_recomputed_from_what_is_stored() -> None:
    first, second = Line("case", 5, "open", {"row": 1}, account=3), Line("case", 5, "close")
    with db.system():
        ledger.append([first, second], now=NOW)
        bodies = body(first, 1, moment(NOW), ""), body(second, 2, moment(NOW), "")
        expected = chained(chained(genesis(b"case", b"5"), bodies[0].encode()), bodies[1].encode())
        stored = row("SELECT array_agg(body ORDER BY seq), (array_agg(hash ORDER BY seq))[2] FROM ledger_line")
        head = row("SELECT seq, hash FROM ledger_head WHERE kind = 'case' AND stream = 5")
    assert tuple(stored[0]) == bodies  # type: ignore[arg-type]
    assert bytes(stored[1]) == bytes(head[1]) == expected and head[0] == 2  # type: ignore[call-overload]


@pytest.mark.django_db
def test_the_hashed_text_holds_no_words_only_their_salted_hash() -> None:
    with db.system():
        ledger.append(
            [Line("case", 1, "note", text="王女士家漏水"), Line("case", 2, "note", text="王女士家漏水")], now=NOW
        )
        bodies, salts = row(
            "SELECT array_agg(body), array_agg(DISTINCT salt) "
            "FROM ledger_line JOIN ledger_text USING (kind, stream, seq)"
        )
    assert all("王" not in text for text in bodies)  # type: ignore[attr-defined]
    assert len(salts) == 2  # type: ignore[arg-type]
    assert len({text[-66:] for text in bodies}) == 2, "the same words must not be recognisable by their hash"  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "message"),
    [
        (Line("Case", 1, "open"), "no kind"),
        (Line("case", 1, "打开"), "no verb"),
        (Line("case", 1, "open", {"Reason": 1}), "is not named by"),
        (Line("case", 1, "open", {"reason": "漏水"}), "words go to `text`"),
        (Line("case", 1, "open", {"reason": "two words"}), "words go to `text`"),
        (Line("case", 1, "open", {"reason": 'quo"te'}), "words go to `text`"),
        (Line("case", 1, "open", {"reason": "line\n"}), "words go to `text`"),
        (Line("case", 1, "open", {"reason": "x" * 81}), "words go to `text`"),
        (Line("case", 1, "open", {"mail": "wang@example.com"}), "words go to `text`"),
        (Line("case", 1, "open", {"phone": "13800138000"}), "telephone"),
        (Line("case", 1, "open", {"phone": "+8613800138000"}), "telephone"),
        (Line("case", 1, "open", {"id_card": "11010119900307775X"}), "identity"),
        (Line("case", 1, "open", {"share": float("nan")}), "finite"),
        (Line("case", 1, "open", {"units": [1, 2]}), "is a list, not a scalar"),  # type: ignore[dict-item]
        (Line("case", 1, "open", text="a\0b"), "NUL"),
        (Line("case", 1, "open", text="\ud800"), "Unicode"),
    ],
)
def test_words_and_numbers_of_persons_are_refused_and_nothing_is_written(line: Line, message: str) -> None:
    with db.system():
        with pytest.raises(BadLine, match=message):
            ledger.append([Line("case", 9, "open"), line], now=NOW)
        assert row("SELECT count(*) FROM ledger_line") == (0,)


@pytest.mark.django_db
def test_a_time_without_zone_is_refused() -> None:
    with db.system(), pytest.raises(BadLine, match="time zone"):
        ledger.append([Line("case", 1, "open")], now=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.django_db
def test_nothing_to_append_costs_nothing(django_assert_num_queries: object) -> None:
    with db.system(), django_assert_num_queries(0):  # type: ignore[operator]
        ledger.append([], now=NOW)


@pytest.mark.django_db
def test_a_batch_takes_four_statements_whatever_its_size(django_assert_num_queries: object) -> None:
    """Three where all its streams begin: what they end with need not be asked. And one for the role."""
    lines = [Line("case", n % 50, "note", {"n": n}, "words") for n in range(500)]
    for most in (4, 5):
        with db.system(), django_assert_num_queries(most):  # type: ignore[operator]
            ledger.append(lines, now=NOW)
    with db.system(), django_assert_num_queries(5):  # type: ignore[operator]
        ledger.append([*lines, Line("case", 50, "note", text="words")], now=NOW)
    with db.system():
        assert ledger.verify().ok


@pytest.mark.django_db
def test_deleted_words_are_shown_as_deleted_and_the_chain_stays_whole() -> None:
    with db.system():
        ledger.append(
            [Line("case", 1, "open", text="a"), Line("case", 1, "note"), Line("case", 2, "open", text="b")], now=NOW
        )
        assert ledger.forget("case", [1, 3], now=NOW + timedelta(days=400), account=8) == 1
        first, second, third = ledger.read("case", 1)
        assert (first.text, second.text, third.text) == (None, "", "")
        assert (third.verb, dict(third.facts), third.account) == ("forget", {"upto": 1, "texts": 1}, 8)
        assert ledger.read("case", 2)[0].text == "b"
        assert ledger.read("case", 3) == []
        assert ledger.verify().ok


@pytest.mark.django_db
def test_lines_and_words_cannot_be_changed_by_the_program() -> None:
    for statement in (
        "UPDATE ledger_line SET body = ''",
        "DELETE FROM ledger_line",
        "TRUNCATE ledger_line",
        "UPDATE ledger_text SET text = ''",
        "DELETE FROM ledger_head",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), db.system():
            row(statement)


@pytest.mark.django_db
def test_a_page_sees_no_line_of_its_own_and_cannot_verify() -> None:
    with db.system():
        ledger.append([Line("account", 1, "sign-in", text="x")], now=NOW)
    with db.scoped(EVERYWHERE):
        assert ledger.read("account", 1) == []
    with pytest.raises(ProgrammingError, match="permission denied"), db.scoped(EVERYWHERE):
        ledger.verify()


@pytest.mark.django_db
def test_a_fork_is_impossible_even_by_hand() -> None:
    copy = "INSERT INTO ledger_line SELECT kind, stream, seq, at, v, alg, body, hash FROM ledger_line RETURNING 1"
    with pytest.raises(IntegrityError), db.system():
        ledger.append([Line("case", 1, "open")], now=NOW)
        row(copy)


def test_appending_needs_a_transaction(fresh_db: str) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        ledger.append([Line("case", 1, "open")], now=NOW)


def test_what_was_rolled_back_was_never_there(fresh_db: str) -> None:
    with pytest.raises(ZeroDivisionError), db.system():
        ledger.append([Line("case", 1, "open", text="x")], now=NOW)
        raise ZeroDivisionError
    with db.system():
        assert ledger.read("case", 1) == []
        report = ledger.verify()
    assert (report.ok, report.lines) == (True, 0)


def test_many_appenders_to_the_same_streams_make_no_fork_no_gap_no_deadlock(fresh_db: str) -> None:
    """Eight threads, each with its own mix of new and old streams in its own order."""
    errors: list[BaseException] = []
    start = threading.Barrier(8)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            start.wait()
            for turn in range(12):
                streams = [chance.randrange(40) for _ in range(30)]
                with db.system():
                    ledger.append(
                        [
                            Line(chance.choice(["case", "report"]), s, "turn", {"n": turn}, "x" * (s % 2))
                            for s in streams
                        ],
                        now=NOW,
                    )
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with db.system():
        report = ledger.verify()
        gaps = row(
            "SELECT count(*) FROM (SELECT max(seq) - count(*) AS gap FROM ledger_line GROUP BY kind, stream) streams "
            "WHERE gap <> 0"
        )
    assert report.ok and report.lines == 8 * 12 * 30 and gaps == (0,)


@pytest.mark.django_db
def test_what_begins_streams_is_written_together(django_assert_num_queries: Any) -> None:
    with db.system(), django_assert_num_queries(3), ledger.gathered(now=NOW):  # role, lines, texts
        ledger.append([Line("report", 1, "received", text="words")], now=NOW, begin=True)
        ledger.append([Line("case", 1, "opened"), Line("case", 2, "opened")], now=NOW, begin=True)
    with db.system():
        assert [entry.verb for entry in ledger.read("report", 1)] == ["received"]
        assert [entry.verb for entry in ledger.read("case", 2)] == ["opened"]
        assert ledger.verify().ok


@pytest.mark.django_db
def test_who_goes_on_with_a_stream_that_was_begun_finds_it() -> None:
    with db.system(), ledger.gathered(now=NOW):
        ledger.append([Line("case", 1, "opened")], now=NOW, begin=True)
        ledger.append([Line("case", 9, "noted")], now=NOW)
        ledger.append([Line("case", 1, "joined"), Line("case", 1, "noted")], now=NOW)
        ledger.append([Line("case", 2, "opened")], now=NOW, begin=True)
    with db.system():
        assert [entry.verb for entry in ledger.read("case", 1)] == ["opened", "joined", "noted"]
        assert [entry.verb for entry in ledger.read("case", 2)] == ["opened"]
        assert ledger.verify().ok


@pytest.mark.django_db
def test_what_fails_leaves_nothing_behind_for_the_next() -> None:
    with pytest.raises(ZeroDivisionError), db.system(), ledger.gathered(now=NOW):
        ledger.append([Line("case", 1, "opened")], now=NOW, begin=True)
        raise ZeroDivisionError
    with pytest.raises(BadLine), db.system(), ledger.gathered(now=NOW):
        ledger.append([Line("case", 1, "", {})], now=NOW, begin=True)
    with db.system():
        ledger.append([Line("case", 1, "opened")], now=NOW, begin=True)
    with db.system():
        assert [entry.verb for entry in ledger.read("case", 1)] == ["opened"]
