"""Text files as they are attached: read in their encoding, fenced so that nothing in them gets out, or refused."""

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.api.wires.registry import WIRES
from components.api.wires.wire import data_url
from components.core.errors import MediaError
from components.core.parts import TextFilePart, TextPart
from components.core.request import RunRequest
from components.history.documents import as_html, as_markdown
from components.media import limits
from components.media.attachments import adjusted, attach, attachments_of, read_as
from components.media.estimates import part_tokens
from components.media.text_files import ENCODINGS
from components.media.text_tokens import text_tokens
from components.runs.conversation import user_message

# What CommonMark itself changes: NUL, and the ends of lines.
TEXTS = st.text(st.one_of(st.sampled_from("`~ \n\t>#-"), st.characters(exclude_characters="\0\r", codec="utf-8")))


@given(TEXTS, st.text(st.characters(codec="utf-8"), max_size=20), st.text(max_size=8))
@example("```\ncode\n```", "a.md", "markdown")
@example("`````", "```.txt", "`py\n")
def test_the_fence_never_closes_early(text, name, language):
    fenced = TextFilePart(text, name, language).fenced
    blocks = [token for token in MarkdownIt().parse(fenced) if token.level == 0 and not token.type.endswith("_close")]
    assert [block.type for block in blocks] == ["paragraph_open", "fence"]
    assert blocks[1].content == (text if not text or text.endswith("\n") else text + "\n")


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("notes.txt", ""),
        ("README", ""),
        ("a.md", "markdown"),
        ("tool.PY", "python"),
        ("app.ts", "typescript"),
        ("mod.mts", "typescript"),
        ("people.csv", "csv"),
        ("data.json", "json"),
        ("lines.jsonl", "json"),
        ("book.ipynb", "json"),
        ("conf.yml", "yaml"),
        ("pyproject.toml", "toml"),
        ("page.html", "html"),
        ("feed.xml", "xml"),
        ("query.sql", "sql"),
        ("Dockerfile", "docker"),
        ("run.log", ""),
    ],
)
def test_the_language_follows_the_name(name, language):
    (part,) = attach(name, b"some text\n").parts
    assert part == TextFilePart("some text\n", name, language)


@pytest.mark.parametrize(
    ("text", "encoding", "note"),
    [
        ("Größe;Preis\n", "utf-8", None),
        ("Größe;Preis\n", "utf-8-sig", None),
        ("a,b\n1,2\n", "utf-16", "read as UTF-16 (little-endian)"),
        ("a,b\n1,2\n", "utf-16-le", "read as UTF-16 (little-endian), which is a guess"),
        ("问题,答案\n这个产品\n", "utf-16-be", "read as UTF-16 (big-endian), which is a guess"),
        ("id;Name\n1;Müller\n2;Jäger\n", "latin-1", "read as Windows-1252, which is a guess"),
        ("École,Élève\n", "latin-1", "read as Windows-1252, which is a guess"),
        ("Größe: 3 €\n", "cp1252", "read as Windows-1252, which is a guess"),
        ("姓名,年龄\n张三,25\n李四,30\n", "gbk", "read as GBK or GB 18030, which is a guess"),
        ("中文", "gbk", "read as GBK or GB 18030, which is a guess"),
        ("問題,答案\n蘋果今天\n", "big5", "read as Big5, which is a guess"),
        ("こんにちは世界\n", "cp932", "read as Shift JIS, which is a guess"),
        ("Привет, мир\n", "cp1251", "read as Windows-1251, which is a guess"),
        ("안녕하세요 세계\n", "cp949", "read as Korean (CP949), which is a guess"),
        ("\x1b[31mred\x1b[0m and many more words of a log\u200d\u00a0\n" * 3, "utf-8", None),
    ],
)
def test_a_text_is_read_in_its_encoding_and_a_guess_is_said(text, encoding, note):
    file = attach("a.csv", text.encode(encoding))
    assert (file.kind, file.parts[0].text) == ("file", text)
    assert file.notes == ((note,) if note else ())


def test_a_few_damaged_bytes_leave_the_rest_as_it_is():
    file = attach("a.log", "Grüße äöü ÄÖÜ éèê\n".encode() + b"\xff cut\n")
    assert file.parts[0].text == "Grüße äöü ÄÖÜ éèê\n\ufffd cut\n"
    assert file.notes == ("1 character of it cannot be read",)


def test_a_wrong_guess_can_be_put_right():
    text = "Türkçe şiir\n"
    guessed = attach("a.txt", text.encode("cp1254"))
    assert guessed.parts[0].text != text
    assert read_as(guessed, "cp1254").parts[0].text == text
    with pytest.raises(MediaError, match="is not Windows-1252: choose another"):
        read_as(attach("a.txt", "x\n".encode("utf-16")), "cp1252")
    assert all("x".encode(encoding) for encoding in ENCODINGS)


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "seems"),
    [
        ("a.docx", lambda: zipped("[Content_Types].xml", "word/document.xml"), "a Word document"),
        ("a.xlsx", lambda: zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook"),
        ("a.zip", lambda: zipped("a.txt"), "a ZIP archive"),
        ("a.txt", lambda: gzip.compress(b"text"), "a gzip archive"),
        ("a.csv", lambda: b"PAR1\x15\x04\x15\x00", "a Parquet table"),
        ("a.db", lambda: b"SQLite format 3\0" + bytes(84), "an SQLite database"),
        ("tool", lambda: b"\x7fELF\x02\x01\x01" + bytes(9), "a Linux program"),
        ("a.txt", lambda: bytes(range(256)) * 8, "binary data of no known kind"),
    ],
)
def test_what_is_no_text_is_refused_with_what_it_seems_to_be(name, data, seems):
    with pytest.raises(MediaError) as refusal:
        attach(name, data())
    assert seems in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dna.fasta", b">seq\n" + b"G" * 600),
        ("free.txt", b"Get free beer, and moov along\n"),
        ("id3.md", b"ID3 tags are at the beginning of an MP3.\n"),
        ("app.ts", b"export const a = 1\n"),
        ("page.html", b"<!doctype html><svg></svg>"),
    ],
)
def test_a_text_that_begins_like_a_clip_is_a_text(name, data):
    assert attach(name, data).parts[0].text == data.decode()


def test_too_large_and_empty_files_are_refused(monkeypatch):
    monkeypatch.setattr("components.media.text_files.TEXT_FILE_BYTES", limits.MEGABYTE)
    with pytest.raises(MediaError, match=r"'a\.txt' has 1\.0 MB, more than the 1 MB a text file may have"):
        attach("a.txt", b"x" * (limits.MEGABYTE + 1))
    with pytest.raises(MediaError, match="is empty"):
        attach("a.txt", b"")


@pytest.mark.parametrize("wire", WIRES)
def test_what_is_fenced_is_what_every_wire_sends_and_what_is_counted(wire):
    file = attach("a.py", b"print('```')\n")
    (part,) = file.parts
    assert part_tokens(part) == text_tokens(part.fenced)
    body = WIRES[wire].encode(RunRequest("m", (user_message([file], "What?"),), wire=wire), data_url)
    assert json.dumps(f"{part.fenced}\nWhat?") in json.dumps(body)


def test_what_was_sent_is_kept_and_exported():
    file = attach("a.py", b"print(1)\n")
    message = user_message([file], "What?")
    assert message.text == "What?" and message.parts == (*file.parts, TextPart("What?"))
    (again,) = attachments_of(message.parts)
    assert (again.name, again.kind, again.parts) == (file.name, "file", file.parts)
    assert file.parts[0].fenced in as_markdown("", [message])
    assert "File a.py" in as_html("", [message]) and "print(1)" in as_html("", [message])
    with pytest.raises(ValueError, match="no picture"):
        adjusted(file)
