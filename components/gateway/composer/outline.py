"""Decides what a reply is about: the first kind of answer that fits the request."""

from __future__ import annotations

from collections.abc import Callable

from components.gateway.composer.arithmetic import work_out
from components.gateway.composer.clips import describe_clips
from components.gateway.composer.context import Context, Outline
from components.gateway.composer.files import describe_files
from components.gateway.composer.judging import judge
from components.gateway.composer.pictures import describe_pictures
from components.gateway.composer.reading import continue_answer, read_prompt
from components.gateway.composer.sample import show_sample
from components.gateway.composer.tools import report_results
from components.gateway.composer.wording import Wording

_Kind = Callable[[Context, Wording], Outline | None]


def make_outline(context: Context, wording: Wording) -> Outline:
    """The outline of the reply to a request that calls no tool."""
    # From the most specific to the most general. Media of this turn go ahead of all words, those of earlier turns
    # behind.
    words: tuple[_Kind, ...] = (judge, continue_answer, work_out, show_sample)
    kinds = (_describe_media, *words) if context.pictures or context.clips else (*words, _describe_media)
    if (results := report_results(context, wording)) is not None:
        return results
    found = (outline for kind in kinds if (outline := kind(context, wording)))
    outline, files = next(found, None), describe_files(context, wording)
    if outline is None:
        return files or read_prompt(context, wording)
    return outline if files is None or outline.bare else _both(outline, files)


def _describe_media(context: Context, wording: Wording) -> Outline | None:
    clips, pictures = describe_clips(context, wording), describe_pictures(context, wording)
    return _both(clips, pictures) if clips and pictures else clips or pictures


def _both(first: Outline, second: Outline) -> Outline:
    return Outline(f"{first.kind} and {second.kind}", first.thoughts + second.thoughts, first.blocks + second.blocks)
