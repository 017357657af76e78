"""Finds out what is asked and has it done: the first task that takes the request answers it."""

from __future__ import annotations

from collections.abc import Callable

from components.gateway.composer.analysis import analyse_prompt
from components.gateway.composer.arithmetic import compute
from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.clips_over_time import describe_clips
from components.gateway.composer.coding import write_code
from components.gateway.composer.judging import judge
from components.gateway.composer.listing import list_things
from components.gateway.composer.pictures import describe_pictures
from components.gateway.composer.recall import go_on, recall_conversation, report_tool_results
from components.gateway.composer.voice import Voice
from components.gateway.composer.wordcraft import count_text, summarise, translate, write_poem

Task = Callable[[Brief, Voice], Work | None]

_FOR_NEW_MEDIA: tuple[Task, ...] = (describe_clips, describe_pictures)
# From the most specific to the most general. What was said before goes ahead of the pictures of earlier
# turns, since "what did I ask first?" may well contain "it".
_FOR_WORDS: tuple[Task, ...] = (
    judge,
    go_on,
    recall_conversation,
    write_poem,
    summarise,
    translate,
    count_text,
    write_code,
    compute,
    list_things,
    describe_clips,
    describe_pictures,
)


def do_task(brief: Brief, voice: Voice) -> Work:
    """Does what the request asks, as far as it can be computed."""
    if (work := report_tool_results(brief, voice)) is not None:
        return work
    attached = [work for task in _FOR_NEW_MEDIA if (brief.pictures or brief.clips) and (work := task(brief, voice))]
    if attached:
        return Work(
            " and ".join(work.kind for work in attached),
            tuple(thought for work in attached for thought in work.plan),
            tuple(block for work in attached for block in work.blocks),
        )
    for task in _FOR_WORDS:
        if (work := task(brief, voice)) is not None:
            return work
    return analyse_prompt(brief, voice)
