"""The sections that Python programs of all packages share: heading, files, frames and tools."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from components.api.snippets.body import FileText
from components.api.snippets.literals import PYTHON, Code
from components.api.snippets.program import ROUNDS, Job, Program, Section, only_in_first_round

_HEADING = '''
"""Asks {{ model }} with the {{ package }} package.

    pip install {{ installed }}
    export {{ variable }}=...  # Windows: set {{ variable }}=...
    python main.py
"""
'''

_IMPORTS = """
%% if references
import base64
%% endif
%% if json
import json
%% endif
import os
import sys

%% if frames
import cv2
%% endif
"""

_FILES = """
def base64_of(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()
"""

_FRAMES = '''
def frame_of(path, time_s, width, height):
    """The frame of the clip at that second, as a JPEG in base64."""
    clip = cv2.VideoCapture(path)
    # OpenCV seeks to keyframes and may miss: start earlier and read on to the frame.
    clip.set(cv2.CAP_PROP_POS_MSEC, max(0, time_s - 10) * 1000)
    if clip.get(cv2.CAP_PROP_POS_MSEC) / 1000 > time_s:
        clip.set(cv2.CAP_PROP_POS_MSEC, 0)
    while clip.grab() and clip.get(cv2.CAP_PROP_POS_MSEC) / 1000 < time_s - 1e-4:
        pass
    found, image = clip.retrieve()
    if not found:
        raise SystemExit(f"{path} has no frame at {time_s} s")
    image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return base64.b64encode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]).decode()
'''

_TOOLS = '''
TOOLS = {
%% for name, answer, remark in tools
    {{ name | python }}: lambda arguments: {{ answer | python(1, 20) }},  # {{ remark }}
%% endfor
}


def run_tool(name, arguments):
    """Runs the tool and returns its result. The model may name an unknown tool, or write bad JSON."""
    try:
        return str(TOOLS[name](arguments if isinstance(arguments, dict) else json.loads(arguments or "{}")))
    except Exception as error:
        return json.dumps({"error": repr(error)})
'''

# In chat completions: what is sent back after a reply with calls.
_BACK = """
# A message with calls is refused if it is sent back without its thinking.
turn = {"role": "assistant", "content": answer, "reasoning_content": thinking, "tool_calls": calls}
{{ messages }}.append(turn)
for call in calls:
    result = run_tool(call["function"]["name"], call["function"]["arguments"])
    {{ messages }}.append({"role": "tool", "tool_call_id": call["id"], "content": result})
"""

_REMARKS = {
    "stream_options": "without it no usage is sent",
    "extra_body": "no arguments of the package; sent at the top level of the body",
    "max_tokens": "required in this format; the API's own default",
}


def client_sections(job: Job, template: str, *, json: bool) -> list[Section]:
    """The first sections: the client, the functions that read media, the tools.

    `template`: makes the client and imports what it needs. `json`: the module is imported even without tools.
    """
    media = [_FILES] if any(isinstance(reference, FileText) for reference in job.body.references) else []
    media += [_FRAMES] if job.extracts_frames else []
    sections = [Section("Client", job.render(_IMPORTS + template.lstrip(), json=json))]
    if media:
        sections.append(Section("Media", "\n\n\n".join(function.strip("\n") for function in media)))
    if job.request.tools:
        sections.append(Section("Tools", job.render(_TOOLS)))
    return sections


def ask_section(job: Job, template: str, messages: str, **values: str) -> Section:
    """The request and the reading of the reply; with tools in a loop, until the model calls none.

    `messages`: the expression for the conversation.
    """
    text = job.render(template, back=job.render(_BACK, messages=messages), **values)
    if job.request.tools:
        loop = f"for number in range({ROUNDS}):  # a model may call tools without end"
        text = "\n".join([loop, *(f"    {line}" if line else "" for line in text.split("\n"))])
    return Section("Ask", text)


def package_program(
    job: Job, package: str, client: str, ask: str, named: Collection[str], method: str, omitted: str = ""
) -> Program:
    """The program that asks with a package's method.

    `client`, `ask`: the templates of these sections. `named`: the method's named arguments; other fields go into
    `extra_body`. `omitted`: a field that the method sends itself.
    """
    fields = only_in_first_round(job, PYTHON)
    fields.pop(omitted, None)
    variables = {job.body.wire.history: "messages", "input": "items", "tools": "tools"}
    lines = []
    for name in [name for name in (job.body.wire.history, "tools") if name in fields]:
        lines.append(f"{variables[name]} = {PYTHON.write(fields[name], used=len(variables[name]) + 3)}")
        fields[name] = Code(variables[name])
    sections = [
        *client_sections(job, client, json=bool(job.request.tools)),
        Section("Conversation", "\n".join(lines)),
        ask_section(job, ask, variables[job.body.wire.history], call=_call(job, method, fields, named)),
    ]
    return python_program(job, package, [package], sections)


def _call(job: Job, method: str, fields: dict[str, Any], named: Collection[str]) -> str:
    """The call with every field of the body as a named argument or in `extra_body`."""
    arguments = {name: value for name, value in fields.items() if name in named}
    if extra := {name: value for name, value in fields.items() if name not in named}:
        arguments["extra_body"] = extra
    lines = []
    for name, value in arguments.items():
        remark = f"  # {_REMARKS[name]}" if name in _REMARKS and name not in job.request.parameters else ""
        text = PYTHON.write(value, 1, len(name) + 2)
        if remark and text.startswith("{\n"):
            text, remark = text.replace("{\n", f"{{{remark}\n", 1), ""
        lines.append(f"    {name}={text},{remark}\n")
    return f"{method}(\n{''.join(lines)})"


def python_program(
    job: Job, package: str, packages: Sequence[str], sections: Sequence[Section], notes: Sequence[str] = ()
) -> Program:
    """Joins the sections, with two empty lines around functions."""
    installed = " ".join([*packages, *(["opencv-python-headless"] if job.extracts_frames else [])])
    text = job.render(_HEADING, package=package, installed=installed)
    defined = False
    for section in sections:
        defines = section.code.startswith("def ")
        text += ("\n\n\n" if defines or defined else "\n\n") + section.code
        defined = defines
    return Program(
        filename="main.py",
        language="python",
        install=f"pip install {installed}",
        run="python main.py",
        code=f"{text}\n",
        sections=tuple(sections),
        files=job.body.files,
        notes=tuple(notes),
    )
