"""Answers about pictures: every statement is measured in the pixels."""

from __future__ import annotations

import re
from itertools import pairwise

from components.gateway.composer.context import Context, Outline, Picture
from components.gateway.composer.text import bullets, joined, paragraph, plural, table
from components.gateway.composer.wording import Wording
from components.gateway.media.clips import difference
from components.gateway.media.picture_stats import PictureStats

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_REFERENCE = re.compile(
    rf"\b({'|'.join(_ORDINALS)}|last|other|previous|earlier)\s+(?:one|picture|image|photo|photograph)s?\b",
    re.IGNORECASE,
)
_PICTURE_WORDS = re.compile(r"\b(picture|image|photo|photograph|colou?rs?|pixels?|it|that|this)\b", re.IGNORECASE)
_LONGEST_REFERENCE = 200
_Measured = tuple[int, PictureStats]


def describe_pictures(context: Context, wording: Wording) -> Outline | None:
    """Answers a prompt that comes with pictures, or that asks about one of an earlier turn."""
    pictures = context.pictures or _pictures_meant(context)
    if not pictures:
        return None
    measured = [(picture.number, picture.stats) for picture in pictures if picture.stats is not None]
    thoughts = []
    if not context.pictures:
        numbers = joined([str(picture.number) for picture in pictures])
        count = plural(len(context.earlier_pictures), "picture")
        thoughts.append(f"No new picture came, but the conversation holds {count}. This must mean picture {numbers}.")
    thoughts += [_thought(number, stats, wording) for number, stats in measured]
    blocks = [f"## {_heading(measured, wording)}"]
    if measured:
        blocks += _measurements(measured, wording)
    for picture in pictures:
        if picture.stats is None:
            thoughts.append(f"Picture {picture.number} came as an address ({picture.address}), which I do not fetch.")
            blocks.append(
                f"Picture {picture.number} was given as an address (`{picture.address}`). The simulator does not fetch "
                "it, so nothing can be said about its content; send it as a data URL to have it measured."
            )
    return Outline(
        "picture description" if len(pictures) == 1 else "picture comparison", tuple(thoughts), tuple(blocks)
    )


def _pictures_meant(context: Context) -> tuple[Picture, ...]:
    """The earlier pictures that a prompt without one speaks of."""
    earlier = context.earlier_pictures
    if match := _REFERENCE.search(context.prompt):
        word = match.group(1).lower()
        index = _ORDINALS.index(word) if word in _ORDINALS else len(earlier) - 1
        return earlier[max(0, index) :][:1] or earlier
    short = len(context.prompt) < _LONGEST_REFERENCE
    return earlier if short and _PICTURE_WORDS.search(context.prompt) else ()


def _thought(number: int, stats: PictureStats, wording: Wording) -> str:
    decoded = wording.pick("decoding it gives", "it decodes to", "the decoder says")
    grey = wording.pick("Mean grey is", "The mean brightness comes out at")
    return (
        f"Picture {number}: {decoded} {stats.width} × {stats.height} pixels, mostly {stats.colours[0].name}. {grey} "
        f"{stats.brightness:.0f}%, so I call it {stats.brightness_word}; the spread is {stats.contrast:.1f}%, "
        f"{stats.contrast_word} contrast. The Laplacian's variance is {stats.sharpness:.0f}, {stats.sharpness_word}."
    )


def _heading(measured: list[_Measured], wording: Wording) -> str:
    if not measured:
        return "A picture that was not fetched"
    if len(measured) > 1:
        return f"{len(measured)} pictures {wording.pick('compared', 'measured side by side')}"
    stats = measured[0][1]
    colour = stats.colours[0].name
    return wording.pick(
        f"A {stats.brightness_word} {stats.orientation} picture, mostly {colour}",
        f"Mostly {colour}: {stats.width} × {stats.height} px",
        "What the pixels say",
    )


def _measurements(measured: list[_Measured], wording: Wording) -> list[str]:
    several = len(measured) > 1
    blocks = [
        (f"**Picture {number}:** " if several else "") + paragraph(*_facts(stats, wording))
        for number, stats in measured[:4]
    ]
    blocks.append(_table(measured))
    if several:
        blocks += ["### How they differ", bullets(_difference(*pair) for pair in pairwise(measured))]
    blocks.append(
        wording.pick("What it shows", "Which objects, texts and meaning it holds")
        + " cannot be told here: these are measurements of pixels, not recognition."
    )
    return blocks


def _facts(stats: PictureStats, wording: Wording) -> tuple[str, ...]:
    shares = joined([f"**{colour.name}** ({colour.share:.0%})" for colour in stats.colours[:4]])
    layout = f"the {stats.brightest} is the brightest part, the {stats.darkest} the darkest"
    return (
        f"{wording.pick('It is', 'It measures')} **{stats.width} × {stats.height} pixels** "
        f"({stats.width * stats.height / 1e6:.2f} megapixels, {stats.orientation}; {stats.format}, "
        f"{stats.size_bytes:,} bytes).",
        f"{wording.pick('The main colours are', 'By colour it is', 'Its palette:')} {shares}.",
        f"{wording.pick('Overall it is', 'In brightness it is')} **{stats.brightness_word}** "
        f"({stats.brightness:.0f}%) with {stats.contrast_word} contrast ({stats.contrast:.1f}%); "
        f"{layout if stats.contrast >= 4 else 'the surface is nearly even'}.",
        f"{wording.pick('By its edges it is', 'It looks')} **{stats.sharpness_word}**: "
        f"{stats.edges:.1%} of the pixels lie on an edge.",
    )


def _table(measured: list[_Measured]) -> str:
    return table(
        ("Picture", "Pixels", "Main colours", "Brightness", "Contrast", "Sharpness", "Tokens"),
        [
            (
                number,
                f"{stats.width} × {stats.height}",
                ", ".join(f"{colour.name} {colour.share:.0%} `{colour.hex}`" for colour in stats.colours[:3]),
                f"{stats.brightness:.0f}%",
                f"{stats.contrast:.1f}%",
                f"{stats.sharpness:.0f} ({stats.sharpness_word})",
                f"{stats.tokens:,}",
            )
            for number, stats in measured
        ],
    )


def _difference(first: _Measured, second: _Measured) -> str:
    (number, before), (next_number, after) = first, second
    changed = difference(before, after)
    verdict = "the same picture" if changed < 0.5 else "the same layout" if changed < 12 else "different pictures"
    return (
        f"Picture {number} → {next_number}: {changed:.1f}% mean difference, {verdict}; brightness "
        f"{before.brightness:.0f} → {after.brightness:.0f}%, {before.colours[0].name} → {after.colours[0].name}."
    )
