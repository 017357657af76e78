"""Files as other programs write them, each with what is to be read in it."""

from __future__ import annotations

import io
import json

import openpyxl

PROMPTFOO = """\
# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json
description: capitals
providers: [openai:gpt-5]
prompts:
  - 'What is the capital of {{ country }}?'
defaultTest:
  assert:
    - type: latency
      threshold: 60000
tests:
  - vars: {country: France, day: 2024-01-01, answer: yes}
    assert:
      - {type: contains, value: Paris}
      - {type: not-contains, value: '{{country}} is'}
      - {type: javascript, value: output.length < 100}
      - {type: python, value: 'file://check.py'}
  - vars: {country: [Spain, Peru]}
    assert:
      - {type: equals, value: Madrid}
      - {type: regex, value: '^M'}
      - {type: is-json}
      - {type: cost, threshold: 0.01}
      - {type: llm-rubric, value: 'names the capital of {{country}}'}
      - {type: similar, value: Madrid, threshold: 0.8}
  - file://more.yaml
"""


def json_lines(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


OPENAI_ITEMS = json_lines(
    {"item": {"ticket": "My screen is black", "correct_label": "Hardware"}},
    {"item": {"ticket": "Wi-Fi is gone", "correct_label": "Network"}},
)
OPENAI_IDEAL = json_lines(
    {"input": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "2+2?"}], "ideal": "4"},
    {"input": [{"role": "user", "content": "Capital of Spain?"}], "ideal": ["Madrid", "madrid"]},
)
LANGFUSE = (
    b"id,input,expectedOutput,metadata,status\n"
    b'1,"{""country"": ""France""}","{""capital"": ""Paris""}",,ACTIVE\n'
    b'2,"{""country"": ""Spain""}","""Madrid""",,ACTIVE\n'
)
LANGSMITH = (
    b'inputs,outputs,split\n"{""question"": ""2+2?""}","{""answer"": ""4""}",base\n"{""question"": ""3+3?""}",6,base\n'
)
LANGSMITH_COLUMNS = b"input_question,output_answer\n2+2?,4\n3+3?,6\n"
