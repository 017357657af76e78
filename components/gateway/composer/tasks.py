"""Finds out what is asked and has it done: the first task that takes the request answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from components.gateway.composer.analysis import analyse_prompt
from components.gateway.composer.arithmetic import compute
from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.clips_over_time import describe_clips
from components.gateway.composer.coding import write_code
from components.gateway.composer.judging import judge
from components.gateway.composer.listing import list_things
from components.gateway.composer.pictures import describe_pictures
from components.gateway.composer.prose import quoted
from components.gateway.composer.puzzles import solve_puzzle
from components.gateway.composer.recall import go_on, recall_conversation, report_tool_results
from components.gateway.composer.several import questions_of
from components.gateway.composer.sorting import compare_sorting
from components.gateway.composer.voice import Voice
from components.gateway.composer.wordcraft import count_text, summarise, translate, write_poem

Task = Callable[[Brief, Voice], Work | None]

_UNANSWERED = "open question"

# Requests of this app's own, of several sentences that belong together.
_FOR_ALL_OF_IT: tuple[Task, ...] = (judge, go_on)
_FOR_NEW_MEDIA: tuple[Task, ...] = (describe_clips, describe_pictures)
# From the most specific to the most general. What was said before goes ahead of the pictures of earlier
# turns, since "what did I ask first?" may well contain "it".
_FOR_WORDS: tuple[Task, ...] = (
    recall_conversation,
    write_poem,
    summarise,
    translate,
    count_text,
    solve_puzzle,
    write_code,
    compare_sorting,
    compute,
    list_things,
    describe_clips,
    describe_pictures,
)
# Those that answer a question of its own. The others take all of a prompt for their material.
_FOR_ONE_OF_SEVERAL: tuple[Task, ...] = (
    recall_conversation,
    write_poem,
    solve_puzzle,
    write_code,
    compare_sorting,
    compute,
    list_things,
)


def do_task(brief: Brief, voice: Voice) -> Work:
    """Does what the request asks, as far as it can be computed."""
    if (work := report_tool_results(brief, voice)) is not None:
        return work
    attached = [work for task in _FOR_NEW_MEDIA if (brief.pictures or brief.clips) and (work := task(brief, voice))]
    if attached:
        return _together(attached)
    if (work := _first(_FOR_ALL_OF_IT, brief, voice)) is not None:
        return work
    if len(answered := _answered_one_by_one(brief, voice)) > 1:
        return _together(answered)
    return _first(_FOR_WORDS, brief, voice) or analyse_prompt(brief, voice)


def _first(tasks: tuple[Task, ...], brief: Brief, voice: Voice) -> Work | None:
    """The work of the first of the tasks that takes the request."""
    return next((work for task in tasks if (work := task(brief, voice))), None)


def _answered_one_by_one(brief: Brief, voice: Voice) -> list[Work]:
    """What comes of each question of a prompt that asks several; no work where it asks one, or fewer than two are such
    as can be answered. Those that cannot are named."""
    questions = questions_of(brief.prompt)
    found = []
    for question in questions if len(questions) > 1 else ():
        done = _first(_FOR_ONE_OF_SEVERAL, replace(brief, prompt=question), voice)
        found.append(done or _unanswered(question))
    return found if sum(work.kind != _UNANSWERED for work in found) > 1 else []


def _unanswered(question: str) -> Work:
    return Work(
        _UNANSWERED,
        (f"{quoted(question, 80)} asks for something that cannot be computed here.",),
        (f"**{quoted(question, 120)}** The simulator cannot know that; it answers only what it can compute.",),
    )


def _together(several: list[Work]) -> Work:
    return Work(
        " and ".join(dict.fromkeys(work.kind for work in several)),
        tuple(thought for work in several for thought in work.plan),
        tuple(block for work in several for block in work.blocks),
    )
