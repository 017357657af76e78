"""cURL for bash: the body in a here-document, which takes any length; files go in as base64 when it runs."""

from __future__ import annotations

import json
import re
import shlex

from components.api.snippets import curl_loop
from components.api.snippets.body import Reference
from components.api.snippets.literals import Dialect
from components.api.snippets.program import Job, Program, Section, Target

# The line that ends the body; no line of JSON can be it.
END = "JSON"


def quoted_json(text: str) -> str:
    """A JSON string; halves of characters, which no file can hold, are escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", quoted)


def _escaped(text: str) -> str:
    """The text as it must stand in a here-document in which the shell puts files in."""
    return re.sub(r"([\\$`])", r"\\\1", text)


def _reference(reference: Reference) -> str:
    return f"\"{reference.prefix}$(base64 < {shlex.quote(reference.path)} | tr -d '\\n')\""


_JSON = Dialect(
    words={None: "null", True: "true", False: "false"},
    quote=quoted_json,
    key=quoted_json,
    reference=_reference,
    glue=None,
    trailing="",
    indent="  ",
)
_JSON_WITH_FILES = Dialect(
    words=_JSON.words,
    quote=lambda text: _escaped(quoted_json(text)),
    key=lambda text: _escaped(quoted_json(text)),
    reference=_reference,
    glue=None,
    trailing="",
    indent="  ",
)


def write(job: Job) -> Program:
    """The command; with tools a script that asks again with their results."""
    # Without files the shell must not touch the body at all: the quotes round the end mark say so.
    mark, dialect = (END, _JSON_WITH_FILES) if job.body.references else (f"'{END}'", _JSON)
    loops = bool(job.request.tools) and job.request.wire in curl_loop.TAKES
    body = f"<<{mark}\n{dialect.write(job.body.fields)}\n{END}"
    if loops:
        sections = curl_loop.sections(job, _command(job), body)
    else:
        reading = job.body.wire.reading[0 if job.request.stream else 1]
        hint = f"# {reading}\n" if reading else ""
        sections = [Section("Request", f"{hint}{_command(job)} \\\n  --data-binary @- {body}")]
    return Program(
        filename="request.sh",
        language="bash",
        install=f"export {job.options.key_variable}=...",
        run="bash request.sh",
        code="\n\n".join(section.code for section in sections) + "\n",
        sections=tuple(sections),
        files=job.body.files,
        notes=(curl_loop.NOTE,) if loops else (),
    )


def _command(job: Job) -> str:
    """The command as far as its headers."""
    options = "--no-buffer " if job.request.stream else ""
    headers = {"Content-Type": "application/json", **job.body.wire.headers}
    url = shlex.quote(job.options.base_url + job.body.wire.path)
    lines = [
        f"curl --silent --show-error --fail-with-body {options}{url}",
        f'-H "Authorization: Bearer ${job.options.key_variable}"',
        *(f'-H "{name}: {value}"' for name, value in headers.items()),
    ]
    return " \\\n  ".join(lines)


TARGET = Target("curl", "cURL", (), write)
