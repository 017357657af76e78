"""Answers about pictures: everything said is measured in the pixels, and the question decides what comes first."""

from __future__ import annotations

import math
import re

from components.gateway.assumptions import IMAGE_PATCH_PX, IMAGE_TOKENS_MAX
from components.gateway.composer.brief import Brief, Picture, Work
from components.gateway.composer.prose import joined, plural, quoted
from components.gateway.composer.tables import bullets, fence, table
from components.gateway.composer.voice import Voice
from components.gateway.media.clips import difference
from components.gateway.media.sight import Sight

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_REFERENCE = re.compile(
    rf"\b({'|'.join(_ORDINALS)}|last|other|previous|earlier)\s+(?:one|picture|image|photo|photograph)s?\b",
    re.IGNORECASE,
)
_PICTURE_WORDS = re.compile(r"\b(picture|image|photo|photograph|colou?rs?|pixels?|it|that|this)\b", re.IGNORECASE)
_FOCUS = {
    "colour": re.compile(r"\bcolou?rs?|hues?|palette|tint\b", re.IGNORECASE),
    "size": re.compile(
        r"\bsize|resolution|pixels?|dimensions?|how (?:big|large|wide|tall)|aspect|orientation\b", re.IGNORECASE
    ),
    "light": re.compile(r"\bbright|brightness|dark|light|lighting|exposure|contrast\b", re.IGNORECASE),
    "sharpness": re.compile(r"\bsharp|sharpness|blur|blurry|blurred|focus|crisp\b", re.IGNORECASE),
}


def describe_pictures(brief: Brief, voice: Voice) -> Work | None:
    """Answers a prompt that comes with pictures, or that asks about one of an earlier turn."""
    pictures = brief.pictures
    recalled = False
    if not pictures:
        pictures = _recalled(brief)
        recalled = bool(pictures)
    if not pictures:
        return None
    seen = [picture for picture in pictures if picture.sight is not None]
    unseen = [picture for picture in pictures if picture.sight is None]
    plan = [_recall_thought(brief, pictures, voice)] if recalled else []
    plan += [_measuring_thought(picture, voice) for picture in seen]
    plan += [
        voice.say(
            f"Picture {picture.number} came as an address ({picture.address}). ‹I do not fetch addresses, so I "
            f"cannot say "
            "anything about its pixels.¦It stays unfetched: the simulator opens no connections.›"
        )
        for picture in unseen
    ]
    blocks = ["## " + _headline(seen, voice)]
    if seen:
        blocks += _lead(brief, seen, voice)
        blocks.append(_comparison_table(seen))
        if len(seen) > 1:
            blocks += _differences(seen, voice)
            plan.append("With more than one picture I compare them pairwise on reduced copies, pixel by pixel.")
        blocks += _details(seen, voice)
        blocks += _token_count(seen[0], voice)
        blocks.append(voice.say("‹To measure the same yourself:¦The same numbers in Python:¦Reproduce it:›"))
        blocks.append(_code(seen[0]))
        blocks.append(
            voice.say(
                "‹What it shows in the sense of objects and meaning I cannot tell¦I cannot name what is depicted¦"
                "Objects, text and meaning are beyond this›: ‹only pixels are measured here¦these are "
                "measurements, not "
                "recognition›."
            )
        )
    blocks += [
        f"Picture {picture.number} was given as an address (`{picture.address}`). The simulator does not fetch it, so "
        "nothing can be said about its content; send it as a data URL to have it measured."
        for picture in unseen
    ]
    return Work("picture description" if len(pictures) == 1 else "picture comparison", tuple(plan), tuple(blocks))


def _recalled(brief: Brief) -> tuple[Picture, ...]:
    if not brief.earlier_pictures:
        return ()
    match = _REFERENCE.search(brief.prompt)
    if match is None:
        return brief.earlier_pictures if len(brief.prompt) < 200 and _PICTURE_WORDS.search(brief.prompt) else ()
    word = match.group(1).lower()
    if word in _ORDINALS:
        place = _ORDINALS.index(word)
        return brief.earlier_pictures[place : place + 1] or brief.earlier_pictures
    return brief.earlier_pictures[-1:]


def _recall_thought(brief: Brief, pictures: tuple[Picture, ...], voice: Voice) -> str:
    numbers = joined([str(picture.number) for picture in pictures])
    return voice.say(
        f"No new picture came with {quoted(brief.prompt, 50)}, but the conversation holds "
        f"{plural(len(brief.earlier_pictures), 'picture')}. ‹The question points back to¦This must mean› "
        f"picture {numbers}, "
        "‹so I look at it again.¦which I can measure once more.›"
    )


def _measuring_thought(picture: Picture, voice: Voice) -> str:
    sight = picture.sight
    assert sight is not None
    colour = sight.colours[0]
    return voice.paragraph(
        f"‹Picture¦Now picture¦Next: picture~0.2› {picture.number}: ‹decoding it gives¦it decodes to¦the decoder says› "
        f"{sight.width} × {sight.height} pixels, {sight.orientation}.",
        f"‹Mean grey is¦The mean brightness comes out at› {sight.brightness:.0f} %, ‹so I call it¦that is› "
        f"{sight.brightness_word}; the spread is {sight.contrast:.1f} %, {sight.contrast_word} contrast.",
        f"‹Counting colour names¦Sorting the pixels by hue¦Of the colours›, {colour.name} leads with {colour.share:.0%}"
        + (f", then {sight.colours[1].name} with {sight.colours[1].share:.0%}." if len(sight.colours) > 1 else "."),
        f"The Laplacian's variance is {sight.sharpness:.0f}, ‹which means¦so› {sight.sharpness_word}.",
    )


def _headline(seen: list[Picture], voice: Voice) -> str:
    if not seen:
        return voice.say("‹A picture I did not fetch¦Not fetched›")
    if len(seen) > 1:
        return voice.say(f"‹{len(seen)} pictures compared¦{len(seen)} pictures, measured side by side›")
    sight = seen[0].sight
    assert sight is not None
    return voice.say(
        f"‹A {sight.brightness_word} {sight.orientation} picture, mostly {sight.colours[0].name}¦"
        f"Mostly {sight.colours[0].name}: {sight.width} × {sight.height} px¦What the pixels say¦"
        f"{sight.colours[0].name.capitalize()}, and then the rest~0.04›"
    )


def _lead(brief: Brief, seen: list[Picture], voice: Voice) -> list[str]:
    focus = [name for name, pattern in _FOCUS.items() if pattern.search(brief.prompt)]
    paragraphs = []
    for picture in seen[:4]:
        sight = picture.sight
        assert sight is not None
        facts = {name: _fact(name, sight, voice) for name in _FOCUS}
        order = [*focus, *(name for name in ("size", "colour", "light", "sharpness") if name not in focus)]
        who = f"**Picture {picture.number}:** " if len(seen) > 1 else ""
        paragraphs.append(who + " ".join(facts[name] for name in order[: 4 if len(seen) == 1 else 3]))
    return paragraphs


def _fact(name: str, sight: Sight, voice: Voice) -> str:
    match name:
        case "colour":
            shares = joined([f"**{colour.name}** ({colour.share:.0%})" for colour in sight.colours[:4]])
            return voice.say(f"‹The main colours are¦By colour it is¦Its palette:› {shares}.")
        case "size":
            megapixels = sight.width * sight.height / 1e6
            return voice.say(
                f"‹It is¦The picture is¦It measures› **{sight.width} × {sight.height} pixels** "
                f"({megapixels:.2f} megapixels, "
                f"{sight.orientation}, {sight.format})."
            )
        case "light":
            return voice.say(
                f"‹Overall it is¦The light is¦In brightness it is› **{sight.brightness_word}** "
                f"({sight.brightness:.0f} %) with "
                f"{sight.contrast_word} contrast ({sight.contrast:.1f} %)"
                + (
                    f"; the {sight.brightest} is the brightest part, the {sight.darkest} the darkest."
                    if sight.contrast >= 4
                    else "; the surface is nearly even."
                )
            )
    return voice.say(
        f"‹Its detail is¦By its edges it is¦It looks› **{sight.sharpness_word}**: "
        f"{sight.edges:.1%} of the pixels lie on an edge."
    )


def _comparison_table(seen: list[Picture]) -> str:
    rows = []
    for picture in seen:
        sight = picture.sight
        assert sight is not None
        rows.append(
            (
                picture.number,
                f"{sight.width} × {sight.height}",
                ", ".join(f"{colour.name} {colour.share:.0%} `{colour.hex}`" for colour in sight.colours[:3]),
                f"{sight.brightness:.0f} %",
                f"{sight.contrast:.1f} %",
                f"{sight.sharpness:.0f} ({sight.sharpness_word})",
                f"{sight.tokens:,}",
            )
        )
    return table(("Picture", "Pixels", "Main colours", "Brightness", "Contrast", "Sharpness", "Tokens"), rows)


def _differences(seen: list[Picture], voice: Voice) -> list[str]:
    lines = []
    for first, second in zip(seen, seen[1:], strict=False):
        assert first.sight is not None and second.sight is not None
        changed = difference(first.sight, second.sight)
        step = second.sight.brightness - first.sight.brightness
        lighter = "brighter" if step > 0 else "darker"
        if changed < 0.5:
            verdict = "practically the same picture"
        elif changed < 12:
            verdict = "related: the same layout with differences"
        else:
            verdict = "different pictures"
        lines.append(
            f"Picture {first.number} → {second.number}: {changed:.1f} % mean difference, {verdict}; "
            f"{second.number} is {abs(step):.0f} points {lighter}, {first.sight.colours[0].name} → "
            f"{second.sight.colours[0].name}."
        )
    return [voice.say("### ‹How they differ¦Differences¦From one to the next›"), bullets(lines)]


def _details(seen: list[Picture], voice: Voice) -> list[str]:
    sight = seen[0].sight
    assert sight is not None
    divisor = math.gcd(sight.width, sight.height)
    items = [
        f"Aspect ratio: {sight.width // divisor}:{sight.height // divisor} ({sight.width / sight.height:.2f}), "
        f"{sight.orientation}",
        f"File: {sight.format}, {sight.size_bytes:,} bytes, "
        f"{sight.size_bytes * 8 / (sight.width * sight.height):.2f} bits per pixel",
        f"Edges: {sight.edges:.1%} of the pixels (Canny 80/160)",
        f"Light: brightest at {sight.brightest}, darkest at {sight.darkest}",
        f"Colour names with at least 3 %: {joined([colour.name for colour in sight.colours])}",
    ]
    ordered = voice.some(items, len(items))
    title = "Details" if len(seen) == 1 else f"Details of picture {seen[0].number}"
    return [f"### {title}", bullets(ordered)]


def _token_count(picture: Picture, voice: Voice) -> list[str]:
    sight = picture.sight
    assert sight is not None
    across, down = math.ceil(sight.width / IMAGE_PATCH_PX), math.ceil(sight.height / IMAGE_PATCH_PX)
    capped = rf" \rightarrow {IMAGE_TOKENS_MAX}" if across * down > IMAGE_TOKENS_MAX else ""
    return [
        voice.say("‹In the prompt it counts one token per patch of 28 × 28 pixels:¦What it costs in tokens:›"),
        rf"$$\left\lceil \tfrac{{{sight.width}}}{{{IMAGE_PATCH_PX}}} \right\rceil \cdot "
        rf"\left\lceil \tfrac{{{sight.height}}}{{{IMAGE_PATCH_PX}}} \right\rceil = {across} \cdot {down} = "
        rf"{across * down}{capped}$$",
    ]


def _code(picture: Picture) -> str:
    sight = picture.sight
    assert sight is not None
    return fence(
        f"""
import cv2

grey = cv2.imread("picture.{sight.format.lower()}", cv2.IMREAD_GRAYSCALE)
height, width = grey.shape                        # {sight.height}, {sight.width}
scale = min(1, 512 / max(height, width))
grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
print(f"{{grey.mean() / 2.55:.0f}} %")              # brightness, about {sight.brightness:.0f} %
print(f"{{grey.std() / 2.55:.1f}} %")               # contrast, about {sight.contrast:.1f} %
print(f"{{cv2.Laplacian(grey, cv2.CV_64F).var():.0f}}")  # sharpness, about {sight.sharpness:.0f}
"""
    )
