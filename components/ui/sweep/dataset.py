"""The table of a sweep: uploaded, or one that was saved; its format, and what of the file is left out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.core.errors import StoreError
from components.core.texts import cut
from components.history import named
from components.history.datasets import list_datasets, load_dataset
from components.tuning.datasets.dataset import Dataset
from components.tuning.datasets.reading import SUFFIXES, read_dataset
from components.tuning.datasets.saved import dataset_json, read_saved
from components.tuning.datasets.writing import WRITERS
from components.tuning.draft import Draft
from components.tuning.table import EXPECTED
from components.ui import resources
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import Key, session, widget_value
from components.ui.streamlit_internals import UploadedFile
from components.ui.sweep.draft_state import drawn_draft, problem_shown

_PREVIEWED = 5
_LONGEST_CELL, _LONGEST_NAME = 200, 80
_HELP = (
    "CSV, TSV, JSON Lines, XLSX, OpenAI evals, promptfoo's YAML, and tables of Langfuse and LangSmith. A column called "
    f"{EXPECTED} holds the expected answers, one called prompt is used where no prompt is typed. No program of a "
    "file is run."
)

_PROBLEM = "Saved tables: "
_UPLOAD = Key[UploadedFile | None]("sweep-csv")
_NAME = Key[str]("sweep-table-name")
_SAVED = Key[tuple[str, int] | None]("sweep-table-saved")  # its name and version


def draw_table(draft: Draft) -> None:
    """Draws the uploader and the saved tables; or the table that is chosen, with what was read of it."""
    if draft.table is None:
        label = "Table of variables and expected answers"
        st.file_uploader(label, type=list(SUFFIXES), key=_UPLOAD, help=_HELP, on_change=_read_upload)
        _draw_saved()
        return
    columns, rows = ", ".join(draft.table.columns), len(draft.table.rows)
    size = f"{rows:,} {'row' if rows == 1 else 'rows'}: {escaped(columns)}"
    format_read = f" (read as {escaped(draft.table_format)})" if draft.table_format else ""
    st.markdown(f":material/table: **{escaped(draft.table_name)}**, {size}{format_read}")
    for sentence in draft.table_left_out:
        st.caption(f":material/info: {with_code(sentence)}")
    with st.expander("The first rows", icon=":material/visibility:"):
        preview = draft.table.rows[:_PREVIEWED]
        st.dataframe(
            {name: [cut(row[name], _LONGEST_CELL) for row in preview] for name in draft.table.columns}, hide_index=True
        )
    stem = draft.table_name.rsplit(".", 1)[0]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.button("Remove the table", icon=":material/close:", key="sweep-no-csv", on_click=_remove)
        with st.popover("Save", icon=":material/save:", key="sweep-table-save", type="tertiary"):
            versions = "A table of that name gets another version; those before stay."
            st.text_input("Name", stem, key=_NAME, max_chars=_LONGEST_NAME, help=versions)
            st.button("Save the table", key="sweep-table-keep", type="primary", on_click=_save, args=(draft,))
        with st.popover("Download", icon=":material/download:", key="sweep-table-files", type="tertiary"):
            for suffix, (label, media_type, write) in WRITERS.items():
                st.download_button(
                    label,
                    partial(write, draft.table),
                    f"{stem or 'table'}.{suffix}",
                    media_type,
                    key=f"sweep-table-{suffix}",
                    on_click="ignore",
                    width="stretch",
                )


def _draw_saved() -> None:
    try:
        saved = list_datasets(resources.store(), session().owner)
    except StoreError as error:
        st.caption(with_code(f"Saved tables cannot be read: {error}"))
        return
    if not saved:
        return
    labels = {
        (name, number): f"{name} · version {number} of {len(versions)}"
        for name, versions in saved.items()
        for number in reversed(versions)
    }
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Saved tables",
            list(labels),
            index=None,
            key=_SAVED,
            format_func=labels.__getitem__,
            placeholder="Choose one",
        )
        st.button("Use it", key="sweep-table-use", disabled=chosen is None, on_click=_use)
        st.button(
            "Delete it",
            key="sweep-table-delete",
            type="tertiary",
            disabled=chosen is None,
            help="Deletes the table with all its versions; sweeps that used it keep their rows.",
            on_click=_delete,
        )


def _read_upload() -> None:
    with problem_shown():
        if (file := widget_value(_UPLOAD)) is not None:
            _put(read_dataset(file.getvalue(), file.name), file.name)


def _put(dataset: Dataset, name: str) -> None:
    """Puts the table into the draft; its prompt, system prompt and scorers where the draft has none of its own."""
    draft = drawn_draft()
    draft.table, draft.table_name = dataset.table, name
    draft.table_format, draft.table_left_out = dataset.format, dataset.left_out
    draft.prompts = draft.prompts if draft.prompts.strip() else dataset.prompt
    draft.choices.system = draft.choices.system or dataset.system
    draft.scorers = {**dataset.scorers, **draft.scorers}


def _remove() -> None:
    draft = drawn_draft()
    draft.table, draft.table_name, draft.table_format, draft.table_left_out = None, "", "", ()


def _save(draft: Draft) -> None:
    name = widget_value(_NAME).strip() or draft.table_name
    assert draft.table is not None  # the button is drawn for one
    dataset = Dataset(
        draft.table_format, draft.table, draft.prompts, draft.choices.system, draft.scorers, draft.table_left_out
    )
    with problem_shown(_PROBLEM):
        named.save_version(resources.store(), "datasets", session().owner, name, dataset_json(dataset))
    draft.table_name = name


def _use() -> None:
    chosen = widget_value(_SAVED)
    assert chosen is not None  # the button is off without one
    with problem_shown(_PROBLEM):
        if (stored := load_dataset(resources.store(), session().owner, *chosen)) is not None:
            _put(read_saved(stored), chosen[0])


def _delete() -> None:
    chosen = widget_value(_SAVED)
    assert chosen is not None  # the button is off without one
    with problem_shown(_PROBLEM):
        named.delete(resources.store(), "datasets", session().owner, chosen[0])
