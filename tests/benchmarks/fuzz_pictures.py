"""Damages real pictures for a minute and reads them: ``python -m tests.benchmarks.fuzz_pictures [SECONDS] [SEED]``.

Prints how many were read and refused, the slowest, and how much memory the process grew by after the first tenth.
Ends with 1 at anything but a picture or one plain sentence, at a file that takes longer than 5 s, and at growth.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

import psutil

from components.core.errors import MediaError
from components.media.images import prepare_image
from tests.media.pictures import damaged, picture_files

SLOWEST_S = 5.0
MOST_GROWTH_BYTES = 150_000_000


def main(seconds: float = 60.0, seed: int | None = None) -> int:
    seed = random.randrange(2**32) if seed is None else seed
    chance, files = random.Random(seed), picture_files()
    process, counts, slowest = psutil.Process(), Counter[str](), (0.0, "")
    begun, settled = time.monotonic(), 0
    print(f"seed {seed}, formats {', '.join(sorted(files))}")
    while (now := time.monotonic()) < begun + seconds:
        if not settled and now > begun + seconds / 10:
            settled = process.memory_info().rss
        ending, other = chance.choice(sorted(files)), chance.choice(sorted(files))
        data = damaged(files[ending], chance, files[other])
        try:
            prepare_image(f"a.{ending}", data)
            counts[f"{ending} read"] += 1
        except MediaError as refusal:
            if "\n" in str(refusal):
                print(f"not one sentence: {refusal!r}")
                return 1
            counts[f"{ending} refused"] += 1
        slowest = max(slowest, (time.monotonic() - now, ending))
    growth = process.memory_info().rss - settled
    print(f"{sum(counts.values()):,} files: {dict(sorted(counts.items()))}")
    print(f"slowest {slowest[0]:.2f} s ({slowest[1]}), growth {growth / 1e6:.1f} MB")
    return int(slowest[0] > SLOWEST_S or growth > MOST_GROWTH_BYTES)


if __name__ == "__main__":
    sys.exit(main(*(kind(value) for kind, value in zip((float, int), sys.argv[1:], strict=False))))
