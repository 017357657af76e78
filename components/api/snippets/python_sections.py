"""What Python programs have in common, whatever package sends the request: files, frames, tools, the heading."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from components.api.snippets.body import FileText, FrameText
from components.api.snippets.literals import PYTHON, Code, quoted_python
from components.api.snippets.program import Job, Program, Section, model_name
from components.api.snippets.template import fill, indented

ROUNDS = 8

_HEADING = '''
"""Asks {model} with the {package} package.

    pip install {packages}
    export {variable}=...  # Windows: set {variable}=...
    python {filename}
"""
'''

_FILES = """
def base64_of(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()
"""

_FRAMES = '''
def frame_of(path, time_s, width, height):
    """The frame that the clip shows at that second, as JPEG in base64."""
    clip = cv2.VideoCapture(path)
    # OpenCV seeks by keyframes and may miss: read on from before until the moment is reached.
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

_TOOL = """
def {function}(arguments):
    {description}
    return {answer}  # {about}
"""

_RUN_TOOL = '''
def run_tool(name, arguments):
    """Runs the tool and gives what is sent back. The model may name a tool that is not there, or write bad JSON."""
    try:
        return str(TOOLS[name](arguments if isinstance(arguments, dict) else json.loads(arguments or "{}")))
    except Exception as error:
        return json.dumps({"error": repr(error)})
'''


_BACK = """
@messages@.append(
    {
        "role": "assistant",
        "content": answer,
        # A turn with calls must come back with its thinking, or it is refused.
        "reasoning_content": thinking,
        "tool_calls": [
            {
                "id": call["id"],
                "type": "function",
                "function": {"name": call["name"], "arguments": call["arguments"]},
            }
            for call in calls.values()
        ],
    }
)
for call in calls.values():
    result = run_tool(call["name"], call["arguments"])
    @messages@.append({"role": "tool", "tool_call_id": call["id"], "content": result})
"""


def media_section(job: Job) -> list[Section]:
    """The functions that read files; none when there is nothing to read."""
    functions = []
    if any(isinstance(reference, FileText) for reference in job.body.references):
        functions.append(_FILES.strip("\n"))
    if takes_frames(job):
        functions.append(_FRAMES.strip("\n"))
    return [Section("Media", "\n\n\n".join(functions))] if functions else []


def takes_frames(job: Job) -> bool:
    """True when the program takes frames out of a clip."""
    return any(isinstance(reference, FrameText) for reference in job.body.references)


def tools_section(job: Job) -> list[Section]:
    """The tools' functions, to be filled in, and what calls them; none without tools."""
    if not job.request.tools:
        return []
    blocks: list[str] = []
    table: dict[str, str] = {}  # name of the tool -> its function
    for tool in job.request.tools:
        function = _function_name(tool.name, list(table.values()))
        table[tool.name] = function
        answer = job.options.tool_answers.get(tool.name)
        about = "as answered in the playground; put your own code here"
        if answer is None:
            answer, about = '{"error": "not implemented"}', "put your own code here"
        blocks.append(
            _TOOL.strip("\n").format(
                function=function,
                description=_docstring(tool.description or tool.name),
                answer=PYTHON.write(answer, 1, len("return ")),
                about=about,
            )
        )
    entries = "".join(f"    {quoted_python(name)}: {function},\n" for name, function in table.items())
    blocks.append(_RUN_TOOL.strip("\n"))
    return [Section("Tools", "\n\n\n".join(blocks) + f"\n\n\nTOOLS = {{\n{entries}}}")]


def back(messages: str) -> str:
    """Of chat completions: what goes back after a reply with calls, into the list that `messages` names."""
    return fill(_BACK, (), {"messages": messages})


def by_round(first: Any, later: Any) -> Code:
    """An expression of the loop's number: what is sent in the first round only."""
    return Code(f"{PYTHON.write(first)} if number == 0 else {PYTHON.write(later)}")


def ask_section(job: Job, template: str, values: dict[str, str]) -> Section:
    """The call and the reading of the reply; with tools, again and again until the model asks for none."""
    text = fill(template, job.circumstances, values)
    if job.request.tools:
        text = f"for number in range({ROUNDS}):  # a model may call tools without end\n{indented(text)}"
    return Section("Ask", text)


def python_program(
    job: Job, package: str, packages: Sequence[str], sections: Sequence[Section], notes: Sequence[str] = ()
) -> Program:
    """Puts the sections together; functions stand between two empty lines."""
    installed = [*packages, *(["opencv-python-headless"] if takes_frames(job) else [])]
    filename = "main.py"
    heading = _HEADING.strip("\n").format(
        model=model_name(job),
        package=package,
        packages=" ".join(installed),
        variable=job.options.key_variable,
        filename=filename,
    )
    text = heading
    defined = False
    for section in sections:
        defines = section.code.startswith("def ")
        text += ("\n\n\n" if defines or defined else "\n\n") + section.code
        defined = defines
    return Program(
        filename=filename,
        language="python",
        install=f"pip install {' '.join(installed)}",
        run=f"python {filename}",
        code=f"{text}\n",
        sections=tuple(sections),
        files=job.body.files,
        notes=tuple(notes),
    )


def _docstring(text: str) -> str:
    line = " ".join(text.split())
    return f'"""{line}"""' if line.isprintable() and not {'"', "\\"} & {*line} else quoted_python(line)


def _function_name(tool: str, taken: Collection[str]) -> str:
    """An identifier for the tool; the prefix keeps it off Python's own names."""
    name = base = "tool_" + re.sub(r"\W", "_", tool, flags=re.ASCII)
    number = 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name
