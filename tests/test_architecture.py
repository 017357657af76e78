"""Who may import whom: the table of `components/__init__.py`, enforced on every file by reading its syntax tree.

Each breach is one line: file, line, rule. The tests at the end plant breaches to show that they are caught.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _names_in(requirements: str) -> set[str]:
    """The distributions that a file of requirements names."""
    names = re.findall(r"^[A-Za-z][A-Za-z0-9_.-]*", requirements, re.MULTILINE)
    return {name.lower().replace("_", "-") for name in names}


# Folder (or single file) of components -> the other folders it may import.
MAY_IMPORT = {
    "core": set(),
    "params": {"core"},
    "media": {"core", "params"},
    "markdown": {"core"},
    "gateway": {"core", "params"},  # never api: a shared encoder would make the same mistake on both sides
    "history": {"core", "params", "media", "markdown"},
    "tools": {"core"},
    "api": {"core", "params", "media"},
    "runs": {"core", "params", "media", "tools", "api", "history"},
    "tuning": {"core", "params", "media", "markdown", "api", "history", "runs"},
    "settings": {"core", "params"},
    # gateway: to start it
    "ui": {"core", "params", "media", "markdown", "tools", "api", "history", "runs", "tuning", "settings", "gateway"},
    "ask": {"core", "params", "media", "tools", "api", "history", "runs", "settings", "gateway"},
    "sweep": {"core", "params", "media", "tools", "api", "history", "runs", "tuning", "settings", "ask"},
    "pages": {"core", "params", "media", "api", "history", "runs", "tuning", "settings", "ui"},
    "app": {"core", "params", "media", "api", "history", "runs", "tuning", "settings", "ui"},
}

# The folders and files of ui, each floor above those that it may import from.
UI_FLOORS = (
    {"streamlit_internals"},
    # Widgets and words that know nothing of the session.
    {"copy_button", "difference", "markdown", "owner", "reader_time", "secret", "spoken"} | {"style", "text"},
    {"assumptions", "figures", "findings"},
    {"state"},
    # Widgets that remember, and how a page is entered and left.
    {"entry", "fitting", "json_editor", "message_box", "named", "presence", "saved", "stage", "views"},
    {"resources"},
    {"conversation"},
    # Panels.
    {"connection", "settings", "tray"},
    {"turn"},
    # Pages, and last the one that opens what others show.
    {"compare", "playground", "reference", "simulator", "sweep"},
    {"history"},
)
UI_FLOOR = {name: floor for floor, names in enumerate(UI_FLOORS) for name in names}

# Library -> where it may be imported.
LIBRARIES = {
    "streamlit": ("components/ui/", "pages/", "app.py"),
    "httpx": ("components/api/",),
    "httpx_sse": ("components/api/",),
    "sqlalchemy": ("components/history/",),
    "alembic": ("components/history/",),
    "av": ("components/media/", "components/gateway/media/"),
    "pypdfium2": ("components/media/",),
    "markdown_it": ("components/markdown/",),
    "mdit_py_plugins": ("components/markdown/",),
    "latex2mathml": ("components/markdown/",),
    "pygments": ("components/markdown/", "components/media/text_files.py"),
}

# Hooks into Streamlit: the one module for its private ones, the one folder for what relies on its page.
INTERNALS = "components/ui/streamlit_internals.py"
DOM = "components/ui/streamlit_dom/"
PAGE_HOOK = re.compile(r"data-testid|button\[kind|getOwnPropertyDescriptor|input\[type=file|_stcore/")
STREAMLIT_INNER = ("runtime", "web", "proto", "elements")
STREAMLIT_PUBLIC = (
    "streamlit.components.v2.",
    "streamlit.delta_generator.",
    "streamlit.errors.",
    "streamlit.navigation.page.",
)

# The names of distributions in the requirements of the app, and of a team's.
DECLARED = _names_in(
    "".join((ROOT / name).read_text("utf-8") for name in ("requirements.txt", "requirements-team.txt"))
)

# File -> why it may touch the environment.
ENVIRONMENT = {
    "components/settings.py": "the one reader of the environment",
    "components/media/fence.py": "its process is told nothing but where Python is",
    "components/media/opencv_frames.py": "OpenCV takes its log level and FFmpeg's options from the environment only",
}

MODEL = re.compile(r"(?i)kimi[-_ ]k2[-._ ]6")
# Beside code, what ships with it.
OTHER_TEXTS = ("LICENSE", "pyproject.toml", "requirements.txt", ".streamlit/config.toml")


@dataclass(frozen=True)
class Breach:
    file: str
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}"


def breaches(file: str, source: str) -> list[Breach]:
    """All breaches in one file; `file` is its path from the root, with slashes."""
    tree = ast.parse(source, file)
    found = [
        *_imports(file, tree),
        *_ui_floors(file, tree),
        *_streamlit_state(file, tree),
        *_widget_values(file, tree),
        *_environment(file, tree),
        *_streamlit_internals(file, tree, source),
        *_length(file, len(source.splitlines())),
        *_model_names(file, source),
    ]
    return sorted(found, key=lambda breach: breach.line)


def _model_names(file: str, source: str) -> Iterator[Breach]:
    """Which model is asked stands in the cards: a name in the code would be shown whoever answers."""
    for number, line in enumerate(source.splitlines(), start=1):
        if MODEL.search(line):
            yield Breach(file, number, "the model is named in its card only: take its name from there")


def _owner(file: str) -> str:
    """The row of `MAY_IMPORT` that a file belongs to, e.g. `components/api/client.py` to `api`."""
    return file.removeprefix("components/").split("/")[0].removesuffix(".py")


def _imported(file: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything imported, also inside functions and by relative import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = file.split("/")[: -node.level] if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _dotted(node.func) in ("importlib.import_module", "__import__"):
            name = node.args[0] if node.args else None
            yield node.lineno, str(name.value) if isinstance(name, ast.Constant) else "a name made at run time"


def _imports(file: str, tree: ast.Module) -> Iterator[Breach]:
    owner = _owner(file)
    for line, name in _imported(file, tree):
        first, *rest = name.split(".")
        if first == "components":
            folder = rest[0] if rest else "everything"
            if folder != owner and folder not in MAY_IMPORT.get(owner, set()):
                yield Breach(file, line, f"`{owner}` must not import `components.{folder}`")
        elif first in ("pages", "app", "tests"):
            yield Breach(file, line, f"nothing imports `{first}`")
        elif first not in sys.stdlib_module_names:
            if owner == "core":
                yield Breach(file, line, f"`core` imports the standard library only, not `{first}`")
            elif not _distributions(first) & DECLARED:
                yield Breach(file, line, f"`{first}` is not declared in requirements.txt")
            if first in LIBRARIES and not file.startswith(LIBRARIES[first]):
                yield Breach(file, line, f"`{first}` may be imported only in {', '.join(LIBRARIES[first])}")


def _ui_floors(file: str, tree: ast.Module) -> Iterator[Breach]:
    """A folder or file of ui imports from lower floors only, and openly: not late, nor for the type checker alone."""
    if not file.startswith("components/ui/"):
        return
    owner = _owner(file.removeprefix("components/ui/"))
    for line, name in _imported(file, tree):
        if name == "typing.TYPE_CHECKING":
            yield Breach(file, line, "what is imported in `components.ui` is imported for all")
        if not name.startswith("components.ui."):
            continue
        other = name.split(".")[2]
        if other != owner and UI_FLOOR.get(other, len(UI_FLOORS)) >= UI_FLOOR.get(owner, -1):
            yield Breach(file, line, f"`ui.{owner}` must not import `ui.{other}`: it is on no lower floor")
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in function.body:
            for late in ast.walk(node):
                if isinstance(late, ast.Import | ast.ImportFrom):
                    yield Breach(file, late.lineno, "nothing is imported within a function of `components.ui`")


@cache
def _installed() -> Mapping[str, list[str]]:
    """Module -> the packages that bring it; to find them takes half a second."""
    return packages_distributions()


def _distributions(module: str) -> set[str]:
    """What is installed to have a module, by the names that requirements use; for an unknown one its own name."""
    return {name.lower().replace("_", "-") for name in _installed().get(module, [module])}


def _streamlit_state(file: str, tree: ast.Module) -> Iterator[Breach]:
    for line, name in _names(tree):
        last = name.split(".")[-1]
        if last == "session_state" and file not in ("components/ui/state.py", INTERNALS):
            yield Breach(file, line, "`st.session_state` is used only in components/ui/state.py")
        if (
            last.startswith("cache_")
            and name.startswith(("st.", "streamlit."))
            and file != "components/ui/resources.py"
        ):
            yield Breach(file, line, f"`st.{last}` is used only in components/ui/resources.py")


def _streamlit_internals(file: str, tree: ast.Module, source: str) -> Iterator[Breach]:
    """What a release of Streamlit may change has one module and one folder, each hook with a test."""
    if file == INTERNALS or not file.startswith(LIBRARIES["streamlit"]):
        return
    used = {
        line: name for line, name in [*_names(tree), *_imported(file, tree)] if name.startswith(("st.", "streamlit."))
    }
    for line, name in used.items():
        first, *rest = name.split(".")
        public = name.startswith(STREAMLIT_PUBLIC) or len(rest) == 1 or first == "st"
        if any(word.startswith("_") for word in rest) or rest[0] in STREAMLIT_INNER or not public:
            yield Breach(file, line, f"`{name}` may change: a hook into Streamlit is in {INTERNALS}")
    for number, text in enumerate(source.splitlines(), start=1):
        if PAGE_HOOK.search(text):
            yield Breach(file, number, f"what relies on Streamlit's own elements is in {DOM}")


def _widget_values(file: str, tree: ast.Module) -> Iterator[Breach]:
    """A widget that is only set, and not drawn with its value, may begin at 0 or off: see `set_widget`."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        nodes = list(ast.walk(function))
        drawn = {
            ast.dump(word.value)
            for node in nodes
            if isinstance(node, ast.Call)
            for word in node.keywords
            if word.arg == "key"
        }
        for node in nodes:
            if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
                continue
            call = node.value
            if _dotted(call.func) == "set_widget" and ast.dump(call.args[0]) in drawn:
                yield Breach(file, node.lineno, "what `set_widget` gives is the widget's own `value` or `default`")


def _environment(file: str, tree: ast.Module) -> Iterator[Breach]:
    for line, name in _names(tree):
        if name in ("os.environ", "os.getenv", "os.putenv", "os.environb") and file not in ENVIRONMENT:
            yield Breach(file, line, f"`{name}` is used only in {', '.join(ENVIRONMENT)}")


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each attribute used (`st.cache_data`) and each name imported from a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, _dotted(node)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _length(file: str, lines: int) -> Iterator[Breach]:
    most = 60 if file == "app.py" else 120 if file.startswith("pages/") else 500
    if lines > most:
        yield Breach(file, most + 1, f"the file has {lines} lines, more than {most}")


@cache
def python_files() -> list[str]:
    paths = [*ROOT.glob("app.py"), *ROOT.glob("pages/**/*.py"), *ROOT.glob("components/**/*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


@pytest.mark.parametrize("folder", sorted({file.rpartition("/")[0] for file in python_files()}))
def test_the_files_of_a_folder_keep_the_rules(folder: str):
    files = (file for file in python_files() if file.rpartition("/")[0] == folder)
    found = [breach for file in files for breach in breaches(file, (ROOT / file).read_text(encoding="utf-8"))]
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize("file", OTHER_TEXTS)
def test_what_ships_beside_the_code_names_no_model(file: str):
    assert not MODEL.search((ROOT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("components/**/*.css")))
def test_a_style_sheet_has_nothing_like_a_tag(file: str):
    """The browser's sanitiser throws a style element away, with all that is in it, where it reads one."""
    assert "<" not in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "file",
    sorted(
        path.relative_to(ROOT).as_posix()
        for ending in ("css", "js")
        for path in ROOT.glob(f"components/**/*.{ending}")
        if not path.relative_to(ROOT).as_posix().startswith(DOM)
    ),
)
def test_a_script_or_style_elsewhere_relies_on_no_element_of_streamlits(file: str):
    assert not PAGE_HOOK.search((ROOT / file).read_text(encoding="utf-8"))


def test_every_folder_of_components_has_its_rule():
    owners = {_owner(file) for file in python_files()} - {"__init__"}
    assert owners <= MAY_IMPORT.keys()


def test_every_folder_and_file_of_ui_has_its_floor():
    inside = (file.removeprefix("components/ui/") for file in python_files() if file.startswith("components/ui/"))
    assert {_owner(file) for file in inside} - {"__init__"} <= UI_FLOOR.keys()


def test_no_two_files_of_ui_import_each_other():
    files = {file.removesuffix(".py").replace("/", "."): file for file in python_files() if "/ui/" in file}
    imports = {}
    for module, file in files.items():
        names = {name for _, name in _imported(file, ast.parse((ROOT / file).read_text(encoding="utf-8")))}
        imports[module] = (names | {name.rpartition(".")[0] for name in names}) & files.keys()
    TopologicalSorter(imports).prepare()  # raises CycleError, with the circle


def test_allowed_imports_point_down_only():
    def below(folder: str) -> set[str]:
        return MAY_IMPORT[folder].union(*map(below, MAY_IMPORT[folder]))

    for folder in MAY_IMPORT:
        assert folder not in below(folder)


@pytest.mark.parametrize("file", ENVIRONMENT)
def test_an_exception_for_the_environment_is_not_kept_longer_than_its_file(file: str):
    assert (ROOT / file).exists()


@dataclass(frozen=True)
class Planted:
    file: str
    source: str
    rule: str
    line: int = 1


PLANTED = [
    Planted("components/gateway/app.py", "import components.api.client", "`gateway` must not import `components.api`"),
    Planted("components/gateway/app.py", "from components import api", "`gateway` must not import `components.api`"),
    Planted("components/gateway/app.py", "from ..api import client", "`gateway` must not import `components.api`"),
    Planted("components/gateway/a/b.py", "from ...api import c", "`gateway` must not import `components.api`"),
    Planted("components/gateway/app.py", "from .. import api", "`gateway` must not import `components.api`"),
    Planted(
        "components/gateway/app.py",
        "def late():\n    from components.api.wires import messages",
        "`gateway` must not import `components.api`",
        line=2,
    ),
    Planted(
        "components/gateway/app.py",
        "import importlib\nimportlib.import_module('components.api')",
        "`gateway` must not import `components.api`",
        line=2,
    ),
    Planted(
        "components/core/parts.py", "from components.params import card", "`core` must not import `components.params`"
    ),
    Planted("components/core/parts.py", "import pydantic", "`core` imports the standard library only, not `pydantic`"),
    Planted("components/tools/run.py", "import scipy", "`scipy` is not declared in requirements.txt"),
    Planted("components/params/card.py", "import components.media", "`params` must not import `components.media`"),
    Planted("components/media/video.py", "import components.api", "`media` must not import `components.api`"),
    Planted("components/api/client.py", "import components.runs", "`api` must not import `components.runs`"),
    Planted("components/runs/runner.py", "import components.gateway", "`runs` must not import `components.gateway`"),
    Planted("components/runs/runner.py", "import components.ui.state", "`runs` must not import `components.ui`"),
    Planted("components/settings.py", "import components.api", "`settings` must not import `components.api`"),
    Planted("components/new/thing.py", "import components.core", "`new` must not import `components.core`"),
    Planted(
        "components/ui/turn/turn.py", "from components.ui.playground import page", "must not import `ui.playground`"
    ),
    Planted("components/ui/tray/tile.py", "from ..settings.tools import x", "`ui.tray` must not import `ui.settings`"),
    Planted(
        "components/ui/state.py", "from components.ui import resources", "`ui.state` must not import `ui.resources`"
    ),
    Planted("components/ui/new.py", "import components.ui.state", "`ui.new` must not import `ui.state`"),
    Planted("components/ui/state.py", "from typing import TYPE_CHECKING", "is imported for all"),
    Planted("components/ui/tray/tile.py", "def late():\n    import json", "within a function", line=2),
    Planted("components/ui/run.py", "import components", "`ui` must not import `components.everything`"),
    Planted("pages/compare.py", "import components.gateway", "`pages` must not import `components.gateway`"),
    Planted("components/ui/run.py", "from pages import compare", "nothing imports `pages`"),
    Planted("components/runs/runner.py", "import tests.raw_server", "nothing imports `tests`"),
    Planted(
        "components/runs/runner.py",
        "import streamlit as st",
        "`streamlit` may be imported only in components/ui/, pages/, app.py",
    ),
    Planted("components/ask.py", "from streamlit import runtime", "`streamlit` may be imported only in components/ui/"),
    Planted("components/ui/run.py", "import httpx", "`httpx` may be imported only in components/api/"),
    Planted(
        "components/runs/runner.py", "from httpx_sse import x", "`httpx_sse` may be imported only in components/api/"
    ),
    Planted("pages/compare.py", "\nst.session_state['a'] = 1", "`st.session_state` is used only in", line=2),
    Planted("components/ui/run.py", "from streamlit import session_state", "`st.session_state` is used only in"),
    Planted("components/ui/run.py", "from streamlit.runtime.scriptrunner import x", "a hook into Streamlit is in"),
    Planted("components/ui/run.py", "import streamlit.runtime", "a hook into Streamlit is in"),
    Planted("components/ui/run.py", "st.runtime.get_instance()", "a hook into Streamlit is in"),
    Planted("components/ui/run.py", "st._main", "`st._main` may change"),
    Planted("components/ui/run.py", "A = '[data-testid=\"stMain\"] {}'", "Streamlit's own elements"),
    Planted("components/ui/run.py", "A = 'button[kind^=\"primary\"] {}'", "Streamlit's own elements"),
    Planted("components/ui/state.py", "@st.cache_data\ndef f(): ...", "`st.cache_data` is used only in"),
    Planted("components/ui/run.py", "from streamlit import cache_resource", "`st.cache_resource` is used only in"),
    Planted("components/ui/resources.py", "import streamlit\nstreamlit.session_state", "`st.session_state`", line=2),
    Planted(
        "components/ui/settings/sidebar.py",
        "def draw():\n    set_widget('wire', 1)\n    st.number_input('Wire', key='wire')",
        "what `set_widget` gives",
        line=2,
    ),
    Planted("components/api/client.py", "os.environ['A']", "`os.environ` is used only in components/settings.py, "),
    Planted("components/api/client.py", "os.environ.get('A')", "`os.environ` is used only in components/settings.py, "),
    Planted("components/ask.py", "from os import getenv", "`os.getenv` is used only in components/settings.py, "),
    Planted("components/ui/page.py", "\nst.title('Ask Kimi K2.6')", "the model is named in its card only", line=2),
    Planted("components/settings.py", "MODEL = 'kimi-k2-6'", "the model is named in its card only"),
    Planted("app.py", "\n" * 61, "the file has 61 lines, more than 60", line=61),
    Planted("pages/compare.py", "\n" * 121, "the file has 121 lines, more than 120", line=121),
    Planted("components/api/client.py", "\n" * 501, "the file has 501 lines, more than 500", line=501),
]


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: f"{case.file}-{case.source.strip()[:40] or 'too long'}")
def test_a_planted_breach_is_caught_with_file_line_and_rule(case: Planted):
    (found,) = breaches(case.file, case.source)
    assert (found.file, found.line) == (case.file, case.line)
    assert case.rule in found.rule
    assert str(found).startswith(f"{case.file}:{case.line}: ")


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("components/core/parts.py", "import hashlib\nfrom components.core.usage import Usage"),
        ("components/api/client.py", "import httpx\nfrom components.media import limits\nfrom . import limiter"),
        ("components/api/wires/chat.py", "from ..client import Client\nfrom ...core import parts"),
        ("components/gateway/app.py", "import starlette\nfrom components.params.cards import default_card"),
        ("components/runs/runner.py", "from functools import cache\nfrom components.api import client"),
        ("components/ui/state.py", "import streamlit as st\nst.session_state"),
        (
            "components/ui/settings/sidebar.py",
            "def draw():\n    st.toggle('On', value=set_widget('on', True), key='on')",
        ),
        ("components/ui/settings/presets.py", "def _save():\n    set_widget('name', '')"),
        ("components/ui/resources.py", "import streamlit as st\nst.cache_resource\nfrom components.gateway import app"),
        ("components/settings.py", "import os\nos.environ['A']"),
        ("components/media/opencv_frames.py", "import os\nos.environ.setdefault('OPENCV_LOG_LEVEL', 'SILENT')"),
        (
            "components/ask.py",
            "from components.gateway import app\nfrom components.runs import runner\nimport os\nos.getcwd()",
        ),
        ("components/media/video.py", "# st.session_state and os.environ in a comment\n'os.environ'\nself.cache_size"),
        ("app.py", "\n" * 60),
        ("pages/compare.py", "import streamlit as st\nfrom components.ui import state"),
    ],
    ids=lambda text: text if text.endswith(".py") else "",
)
def test_what_is_allowed_is_left_alone(file: str, source: str):
    assert breaches(file, source) == []


def test_what_ci_installs_holds_every_requirement():
    """A new requirement is also locked: the command stands in the lock's first line."""
    listed = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8")
    locked = _names_in((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert DECLARED | _names_in(listed) <= locked
