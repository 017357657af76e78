"""A Jupyter notebook: the Python program of the endpoint's package, or else of httpx, with a cell for each section."""

from __future__ import annotations

import json
from typing import Any

from components.api.snippets import python_anthropic, python_httpx, python_openai
from components.api.snippets.program import Job, Program, Target, model_name

_KEY = """
import getpass
import os

if not os.environ.get({{ variable | python }}):
    os.environ[{{ variable | python }}] = getpass.getpass("{{ variable }}: ")
"""


def write(job: Job) -> Program:
    """The notebook, in format 4.5."""
    packages = (python_openai.TARGET, python_anthropic.TARGET, python_httpx.TARGET)
    program = next(target for target in packages if target.speaks(job.request.wire)).write(job)
    about = f"# {model_name(job)}\n\nThe playground's request, cell by cell. Needs `{job.options.key_variable}`."
    cells = [
        _cell("markdown", "about", about),
        _cell("code", "install", f"%{program.install.replace('pip install', 'pip install -q')}"),
        _cell("code", "key", job.render(_KEY)),
        *(_cell("code", section.title.lower(), section.code) for section in program.sections),
    ]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return Program(
        filename="request.ipynb",
        language="json",
        install="pip install jupyterlab",
        run="jupyter lab request.ipynb",
        code=json.dumps(notebook, indent=1) + "\n",
        sections=program.sections,
        files=program.files,
        notes=program.notes,
    )


def _cell(kind: str, id: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": id, "metadata": {}, "source": source.splitlines(keepends=True)}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


TARGET = Target("notebook", "Notebook", (), write, extracts_frames=True)
