"""Where new scenes begin, as the app and PySceneDetect's two detectors find it, on clips whose changes are known.

    pip install --no-deps scenedetect
    python -m tests.benchmarks.scenes [--clips 6]

The clips have cuts, dissolves, fades through black and flashes (`tests/media/changes.py`). A change is found if a scene
is said to begin within it or half a second after it; what is said beside that is false. Seconds are the processor's.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from components.media.clip_cache import ClipCache
from components.media.scenes import cuts, look_through
from components.media.video import open_clip
from components.media.work import Progress
from tests.benchmarks.frames import plain_opencv
from tests.media.changes import CHANGES, changing

SIZE = (640, 360)
LATE_S = 0.5
KINDS = ("cuts", "dissolves", "fades")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=6)
    typed = parser.parse_args()
    found: dict[str, Counter[str]] = {name: Counter() for name in FINDERS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        for seed in range(typed.clips):
            path.write_bytes(changing(SIZE, speed=(10, 50, 200)[seed % 3], seed=seed))
            for name, finder in FINDERS.items():
                began = time.process_time()
                found[name].update(judged(finder(path)))
                found[name]["milliseconds"] += round(1000 * (time.process_time() - began))
    there = Counter(kind_of(length, black) for _, length, black in CHANGES)
    for name, counts in found.items():
        kinds = ", ".join(f"{counts[kind]} of {there[kind] * typed.clips} {kind}" for kind in KINDS)
        print(f"{name}: {kinds}, {counts['false']} false, {counts['milliseconds'] / 1000:.1f} s")


def by_the_app(path: Path) -> list[float]:
    clip = open_clip(path.name, path.read_bytes())
    return list(cuts(look_through(clip, 0.0, clip.duration_s, ClipCache(), Progress()), "medium"))


def by_content(path: Path) -> list[float]:
    from scenedetect import ContentDetector, detect

    with plain_opencv():
        return [start.seconds for start, _ in detect(str(path), ContentDetector())[1:]]


def by_adaptive(path: Path) -> list[float]:
    from scenedetect import AdaptiveDetector, detect

    with plain_opencv():
        return [start.seconds for start, _ in detect(str(path), AdaptiveDetector())[1:]]


FINDERS: dict[str, Callable[[Path], list[float]]] = {
    "the app, medium": by_the_app,
    "PySceneDetect, ContentDetector": by_content,
    "PySceneDetect, AdaptiveDetector": by_adaptive,
}


def kind_of(length_s: float, through_black: bool) -> str:
    return "fades" if through_black else "dissolves" if length_s else "cuts"


def judged(starts_s: list[float]) -> Counter[str]:
    """How many changes of each kind are among the beginnings of scenes, and how many beginnings are no change."""
    counts: Counter[str] = Counter()
    left = list(starts_s)
    for begin, length, through_black in CHANGES:
        near = [start for start in left if begin - 0.1 <= start <= begin + length + LATE_S]
        if near:
            counts[kind_of(length, through_black)] += 1
            left.remove(near[0])
    counts["false"] = len(left)
    return counts


if __name__ == "__main__":
    main()
