"""The card of a run: kept with it, stored once, and Kimi's for runs of before."""

from dataclasses import replace
from decimal import Decimal

import sqlalchemy as sa

from components.api.wires.registry import WIRES
from components.core.card import NO_CARD
from components.history.archive import Archived, read_archive, write_archive
from components.history.runs import load_run, save_run
from components.history.schema import cards, run_details
from components.history.store import Store
from components.params.cards import default_card, read_cards
from tests.history.samples import asked
from tests.history.test_archive import talk

OTHER = read_cards().for_model("gpt-oss-20b", "http://localhost:1/v1").with_limits(context_tokens=2_048)


def test_a_run_keeps_its_card_which_is_stored_once(store: Store):
    for name in ("one", "two"):
        record = asked("Why?", id=name)
        record = replace(record, request=replace(record.request, model=OTHER.id, card=OTHER))
        save_run(store, record)
    found = load_run(store, "two", record.owner)
    assert found is not None and found.request.card == OTHER
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(cards)).scalar() == 1


def test_a_run_of_before_has_the_default_card(store: Store):
    record = asked("Why?", id="old")
    save_run(store, record)
    with store.writing() as connection:
        kept = dict(connection.execute(sa.select(run_details.c.request)).scalar_one())
        del kept["card"]
        connection.execute(run_details.update().values(request=kept))
    found = load_run(store, "old", record.owner)
    assert found is not None and found.request.card == default_card()


def test_a_run_of_another_host_has_not_the_prices_of_the_default_cards(store: Store):
    record = replace(asked("Why?", id="else"), base_url="http://proxy.example:4000/v1", simulated=False)
    save_run(store, replace(record, request=replace(record.request, card=default_card())))
    found = load_run(store, "else", record.owner)
    assert found is not None and found.request.card.known and not found.request.card.prices.known


def test_a_run_without_a_card_stays_without(store: Store):
    record = asked("Why?", id="none")
    save_run(store, replace(record, request=replace(record.request, card=NO_CARD)))
    found = load_run(store, "none", record.owner)
    assert found is not None and found.request.card == NO_CARD


def test_a_reported_cost_comes_back(store: Store):
    record = asked("Why?", id="told")
    record.transcript.cost_usd = Decimal("0.0123")
    save_run(store, record)
    found = load_run(store, "told", record.owner)
    assert found is not None and found.transcript.cost_usd == Decimal("0.0123")


def test_a_file_carries_the_cards():
    before = talk()
    runs = {key: replace(run, request=replace(run.request, card=OTHER)) for key, run in before.runs.items()}
    (back,) = read_archive(
        write_archive([Archived(before.conversation, runs, before.events, before.marks)]), "ann", WIRES
    )
    assert [run.request.card for run in back.runs.values()] == [OTHER] * len(runs)
