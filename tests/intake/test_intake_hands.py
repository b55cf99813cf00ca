"""Several hands at once: nobody stores twice, claims the same or writes outside a transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction

from civigrid.base import db
from civigrid.base.errors import Outcome
from civigrid.base.permissions import EVERYWHERE
from civigrid.intake import actions, queries
from civigrid.intake.models import Contact
from civigrid.intake.rules import (
    ContactDetails,
)
from tests.intake.recorded import NOW, made, raw, record, report_count


def in_threads(*works: Callable[[], None]) -> None:
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def elsewhere(settings: dict[str, object]) -> None:
    """A thread has its own connection: points it at the test's database."""
    connection.settings_dict.update(settings)


def test_two_senders_of_one_file_store_each_row_once(fresh_db: str) -> None:
    settings, barrier = dict(connection.settings_dict), threading.Barrier(2)
    outcomes: dict[int, list[Outcome]] = {}
    raws = [raw(str(n), f"第{n}处") for n in range(200)]

    def send(sender: int) -> None:
        elsewhere(settings)
        batch = raws if sender == 0 else raws[::-1]
        barrier.wait()

        def store() -> list[Outcome]:
            with db.system():
                return actions.record(batch, now=NOW)

        outcomes[sender] = db.retrying(store)

    in_threads(lambda: send(0), lambda: send(1))
    assert report_count() == 200
    stored = [outcome for each in outcomes.values() for outcome in each if outcome.code == ""]
    repeated = [outcome for each in outcomes.values() for outcome in each if outcome.code == "repeated"]
    assert (len(stored), len(repeated)) == (200, 200)
    assert {outcome.made for outcome in stored} == {outcome.made for outcome in repeated}


def test_two_workers_never_claim_the_same(fresh_db: str) -> None:
    ids = made(*(raw(str(n), f"第{n}处") for n in range(100)))
    settings, both_hold = dict(connection.settings_dict), threading.Barrier(2)
    claimed: dict[int, list[int]] = {}

    def work(worker: int) -> None:
        elsewhere(settings)
        with db.system():
            claimed[worker] = actions.claim(60, now=NOW)
            both_hold.wait()  # neither has committed: only SKIP LOCKED keeps them apart

    in_threads(lambda: work(0), lambda: work(1))
    assert sorted(claimed[0] + claimed[1]) == ids
    assert not set(claimed[0]) & set(claimed[1])


def test_outside_a_transaction_nothing_is_recorded(fresh_db: str) -> None:
    with pytest.raises(RuntimeError):
        actions.record([raw("k")], now=NOW)


def test_a_rolled_back_record_leaves_nothing(fresh_db: str) -> None:
    with pytest.raises(ZeroDivisionError), db.system():
        actions.record([raw("a")], now=NOW)
        1 / 0  # noqa: B018
    assert report_count() == 0
    assert record(raw("a"))[0].code == ""


def test_pages_never_read_contacts_or_write(fresh_db: str) -> None:
    made(raw("a", contact=ContactDetails("00012345")))
    with pytest.raises(ProgrammingError, match="permission denied"), db.scoped(EVERYWHERE):
        list(Contact.objects.values_list("phone_index"))
    with pytest.raises(ProgrammingError, match="permission denied"), db.scoped(EVERYWHERE):
        actions.record([raw("b")], now=NOW)
    with db.scoped(EVERYWHERE):
        assert queries.count() == 1
    assert not transaction.get_connection().in_atomic_block
