"""Decides what a reply is about: the first kind of answer that takes the request."""

from __future__ import annotations

from collections.abc import Callable

from components.gateway.composer.arithmetic import work_out
from components.gateway.composer.clips import describe_clips
from components.gateway.composer.context import Context, Outline
from components.gateway.composer.judging import judge
from components.gateway.composer.pictures import describe_pictures
from components.gateway.composer.reading import continue_answer, read_prompt
from components.gateway.composer.sample import show_sample
from components.gateway.composer.tools import report_results
from components.gateway.composer.wording import Wording

# From the most specific to the most general. Media of this turn go ahead of all words, those of earlier turns behind.
_KINDS: tuple[Callable[[Context, Wording], Outline | None], ...] = (
    report_results,
    lambda context, wording: _describe_media(context, wording) if context.pictures or context.clips else None,
    judge,
    continue_answer,
    work_out,
    show_sample,
    lambda context, wording: _describe_media(context, wording),
)


def make_outline(context: Context, wording: Wording) -> Outline:
    """The outline of the reply to a request that calls no tool."""
    found = (outline for kind in _KINDS if (outline := kind(context, wording)))
    return next(found, None) or read_prompt(context, wording)


def _describe_media(context: Context, wording: Wording) -> Outline | None:
    outlines = [outline for kind in (describe_clips, describe_pictures) if (outline := kind(context, wording))]
    if len(outlines) < 2:
        return outlines[0] if outlines else None
    clips, pictures = outlines
    return Outline(
        f"{clips.kind} and {pictures.kind}", clips.thoughts + pictures.thoughts, clips.blocks + pictures.blocks
    )
