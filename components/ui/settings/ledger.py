"""The ledger on the page: a mark beside each parameter's widget that says what its latest probe found."""

from __future__ import annotations

from dataclasses import dataclass

from components.api.limiter import account_of
from components.core.errors import StoreError
from components.history.probes import ProbeRecord, load_probes
from components.ui import resources
from components.ui.reader_time import written
from components.ui.state import Browser, Lasts, PanelState, session

MARKS = {
    "effect": ":green[:material/check_circle:]",
    "limited": ":orange[:material/vertical_align_center:]",
    "no effect": ":orange[:material/do_not_disturb_on:]",
    "refused": ":red[:material/cancel:]",
    "unclear": ":gray[:material/help:]",
}
WORDS = {
    "effect": "accepted, effect seen",
    "limited": "accepted, effect seen, but not as asked",
    "no effect": "accepted, no effect seen",
    "refused": "refused",
    "unclear": "accepted or not, it could not be told",
}


@dataclass
class LedgerState(PanelState, lasts=Lasts.OWNER):
    """`found`: the account in use and what probes found of it."""

    found: tuple[str, dict[str, ProbeRecord]] | None = None


def ledger() -> dict[str, ProbeRecord]:
    """What is known of the account in use, by parameter; empty while the history cannot be read."""
    state = session()
    ledger_state = state.of(LedgerState)
    account = account_of(resources.connection())
    if ledger_state.found is None or ledger_state.found[0] != account or state.of(Browser).page_changed:
        try:
            found = load_probes(resources.store(), state.owner, account)
        except StoreError:
            found = {}
        ledger_state.found = account, found
    return ledger_state.found[1]


def mark(found: ProbeRecord | None) -> tuple[str, str]:
    """The mark of a parameter and the words to explain it; both empty where it was never probed."""
    if found is None:
        return "", ""
    return f" {MARKS.get(found.verdict, '')}", f"\n\n**Probed** {day(found)}: {words(found)}"


def words(found: ProbeRecord) -> str:
    """What was found, with its n."""
    note = found.note[:1].upper() + found.note[1:]
    return f"{WORDS.get(found.verdict, found.verdict)} (n = {found.n}). {note}"


def day(found: ProbeRecord) -> str:
    """The date of the probe."""
    return written(found.probed_at, "%Y-%m-%d")
