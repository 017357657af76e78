"""The demos of the empty page as one table: a prompt, and what goes with it. A new demo is one entry.

Their media are in `components.media.examples`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.media import examples as media
from components.media.attachments import Attachment, attach, text_between
from components.tools.definitions import write_tools
from components.tools.examples import EXAMPLES as TOOLS
from components.ui import resources
from components.ui.conversation.sending import send
from components.ui.state import session

_FOLDER = Path(media.__file__).parent


@dataclass(frozen=True, slots=True)
class Example:
    """A demo. `about`: what it shows, in a few words. `files`: names of example media, and texts between them.

    `simulated`: what the simulator shows of it instead; empty where it does all that the demo says.
    `values`: parameter -> value, where it is not the default. `tools`: names of example tools, which then answer by
    themselves.
    """

    title: str
    icon: str
    about: str
    prompt: str
    files: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    system: str = ""
    simulated: str = ""


EXAMPLES: Mapping[str, Example] = {
    "chart": Example(
        "Read a chart",
        ":material/show_chart:",
        "One picture, every value to be read off",
        "Put the values of both lines into a table. In which month does Lighthouse overtake Harbour, and by how much "
        "is it ahead in June?",
        ("chart.png",),
        simulated="size, colours and light are measured; no value is read",
    ),
    "receipt": Example(
        "Check a receipt",
        ":material/receipt_long:",
        "A picture and some arithmetic",
        "List what was bought with its price, then check by adding up whether the total and the change are right.",
        ("receipt.png",),
        simulated="size, colours and light are measured; no line is read",
    ),
    "note": Example(
        "Read handwriting",
        ":material/stylus_note:",
        "A note in script letters",
        "Transcribe this note line by line, then say which of the tasks has a time and what it is.",
        ("note.png",),
        simulated="size, colours and light are measured; no word is read",
    ),
    "traffic": Example(
        "Watch a crossing",
        ":material/traffic:",
        "A clip as frames with their times",
        "What happens at this crossing, in order? Give the time of each event as [mm:ss.t]: when the light changes, in "
        "which order the cars leave, and what comes from the other side.",
        ("traffic.mp4",),
        simulated="light and change over time are measured; no car is recognised",
    ),
    "scenes": Example(
        "Find the cuts",
        ":material/movie_edit:",
        "Five scenes, each frame numbered",
        "Which scenes are there, and between which of these frames does each cut lie? Give times as [mm:ss.t].",
        ("scenes.mp4",),
        simulated="cuts are guessed from how much frames differ; no number is read",
    ),
    "pair": Example(
        "Compare two pictures",
        ":material/compare:",
        "Text between the pictures",
        "What do the two have in common, and which of them is older?",
        ("First, a note:", "note.png", "Then, a receipt:", "receipt.png"),
        simulated="colours and light are compared; neither is read or dated",
    ),
    "trap": Example(
        "A question with a trap",
        ":material/neurology:",
        "Thinking, at high effort",
        "A bat and a ball cost $1.10 together; the bat costs $1 more than the ball. What does the ball cost? "
        "Explain the trap.",
        values={"reasoning_effort": "high"},
        simulated="long thinking about the question's words; nothing is solved",
    ),
    "search": Example(
        "Search the web",
        ":material/travel_explore:",
        "Read first, then answered with sources",
        "What is new about the James Webb telescope this month?",
        values={"web_search_linkup": True},
        simulated="made-up sources, marked as such; no news",
    ),
    "tools": Example(
        "Call a tool",
        ":material/function:",
        "Two functions that answer by themselves",
        "What is the weather like in Paris, and what is 17.5% of 2,340?",
        tools=("get_weather", "calculator"),
    ),
    "table": Example(
        "A table and some code",
        ":material/table:",
        "No thinking: the answer begins at once",
        "Compare bubble sort, merge sort and quicksort in a table, then write merge sort in Python.",
        values={"enable_thinking": False},
        simulated="one sample with every kind of block; no comparison",
    ),
    "cut": Example(
        "Cut short, then continued",
        ":material/content_cut:",
        "At most 60 tokens; Continue goes on",
        "Explain in a few paragraphs how tides come about.",
        values={"enable_thinking": False, "max_tokens": 60},
    ),
    "haiku": Example(
        "A haiku, warmer",
        ":material/edit_note:",
        "Temperature 1.2 and a system prompt",
        "Write a haiku about the ocean.",
        values={"temperature": 1.2},
        system="You are a poet. Answer with the poem alone.",
        simulated="the prompt is measured; no poem is written",
    ),
}


def run_example(name: str) -> None:
    """Sends an example with its media.

    Its settings stay in the sidebar; other settings and attachments of the user are not changed.
    """
    example, state = EXAMPLES[name], session()
    state.edited.values = {**state.edited.values, **example.values}
    state.edited.system = state.edited.system or example.system
    if example.tools:
        state.tools.text = write_tools(TOOLS[tool].tool for tool in example.tools)
        state.tools.automatic = True
        state.tools.version += 1
    attached, state.tray = state.tray, [_attached(file) for file in example.files]
    if send(example.prompt):
        state.tray = attached
    else:
        state.draft = example.prompt
        state.tray += attached


def _attached(file: str) -> Attachment:
    path = _FOLDER / file
    if path.suffix in (".png", ".mp4"):
        return attach(file, path.read_bytes(), cache=resources.clip_cache())
    return text_between(file)
