"""The simulator alone: ``python -m components.gateway --port 8700``. Ends quietly on Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from components.core.card import ModelCard
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.params.card import read_card
from components.params.cards import default_card, read_cards

_Number = TypeVar("_Number", int, float)


def main(arguments: list[str] | None = None) -> int:
    """Serves until a signal comes; returns the exit code: 0, or 1 when the address cannot be used."""
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    settings = Settings(
        tokens_per_second=options.tokens_per_second,
        seed=options.seed,
        requests_per_minute=options.requests_per_minute or None,
        strict_thinking=options.strict_thinking,
        card=options.card or default_card(),
    )
    simulator = Simulator(settings, host=options.host, port=options.port)
    try:
        simulator.start()
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}", file=sys.stderr)
        return 1
    print(f"listening on {simulator.base_url}", flush=True)
    ended.wait()
    simulator.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m components.gateway", description="The simulator of the API.")
    parser.add_argument("--port", type=_number(int, 65535, "0 to 65535"), required=True, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    parser.add_argument(
        "--tokens-per-second",
        type=_number(float, sys.float_info.max, "0 or more"),
        default=200.0,
        help="default: 200; 0 is as fast as it can",
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same sequence of replies")
    parser.add_argument(
        "--requests-per-minute",
        type=_number(int, sys.float_info.max, "0 or more"),
        default=Settings().requests_per_minute,
        metavar="N",
        help="for each key; default: %(default)s, as documented; 0 lifts the limit",
    )
    parser.add_argument(
        "--strict-thinking",
        action="store_true",
        help="answer 400 when an assistant turn with tool calls comes back without its thinking, as strict hosts of "
        "the model do; without this flag it is only marked in the log",
    )
    parser.add_argument(
        "--card",
        type=_card,
        metavar="FILE|ID",
        help="the model that is played: a card's JSON file, or the id of a shipped card; default: the app's model",
    )
    return parser


def _card(text: str) -> ModelCard:
    """The card in a file, or the shipped one of an id."""
    if Path(text).is_file():
        try:
            return read_card(json.loads(Path(text).read_text(encoding="utf-8-sig")))
        except (OSError, ValueError, RecursionError) as error:
            raise argparse.ArgumentTypeError(f"{text}: {error}") from error
    shipped = {card.id: card for card in read_cards().cards if card.known}
    if text not in shipped:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a file nor one of {', '.join(shipped)}")
    return shipped[text]


def _number(kind: Callable[[str], _Number], most: float, rule: str) -> Callable[[str], _Number]:
    """Reads a number from 0 to `most`; `rule` says so where it is none."""

    def read(text: str) -> _Number:
        if not 0 <= (number := kind(text)) <= most:
            raise argparse.ArgumentTypeError(f"must be {rule}, not {text}")
        return number

    return read


if __name__ == "__main__":
    sys.exit(main())
