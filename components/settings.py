"""The environment, read once into one frozen value. Nothing else in the project looks at `os.environ`.

Streamlit copies the top level of ``.streamlit/secrets.toml`` into the environment when it starts, so a key
kept there is found here too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_path

from components.core.errors import ParameterError
from components.params.cards import default_card

DEFAULT_BASE_URL = "https://api.empiriolabs.ai/v1"
DATA_FOLDER = "kimi-playground"
DEFAULT_SIMULATOR_TOKENS_PER_SECOND = 200.0
# What an account may do: https://docs.empiriolabs.ai/rate-limits-api-keys
DEFAULT_REQUESTS_PER_MINUTE = 50
DEFAULT_TOKENS_PER_MINUTE = 2_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. `api_key` is left out of `repr`, so it cannot reach a log by accident.

    `base_url` has no trailing slash. `simulator_tokens_per_second`: 0 is as fast as it can. `data_dir` is where
    the history's SQLite file lies, unless `database_url` names another database. `database_url` and `redis_url`,
    which may hold a password, are left out of `repr`, too. `private_addresses`: whether users may have the app ask
    servers of its own network; None: it depends on who can use the app.
    """

    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    model: str = field(default_factory=lambda: default_card().id)
    simulator_tokens_per_second: float = DEFAULT_SIMULATOR_TOKENS_PER_SECOND
    requests_per_minute: int = DEFAULT_REQUESTS_PER_MINUTE
    tokens_per_minute: int = DEFAULT_TOKENS_PER_MINUTE
    redis_url: str | None = field(default=None, repr=False)
    data_dir: Path = user_data_path(DATA_FOLDER, appauthor=False)
    database_url: str | None = field(default=None, repr=False)
    private_addresses: bool | None = None

    @property
    def uses_simulator(self) -> bool:
        """True when neither a key nor an address is given: then the built-in simulator answers."""
        return self.api_key is None and self.base_url is None


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads the variables of the README's table; an empty one counts as not set.

    Raises: ParameterError if a variable has a value that it cannot have.
    """
    problems: dict[str, str] = {}
    base_url = environ.get("EMPIRIOLABS_BASE_URL", "").strip().rstrip("/") or None
    if base_url is not None and not base_url.startswith(("http://", "https://")):
        problems["EMPIRIOLABS_BASE_URL"] = (
            f"EMPIRIOLABS_BASE_URL must begin with http:// or https://, not {base_url!r}."
        )
    name = "PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND"
    typed = environ.get(name, "").strip() or str(DEFAULT_SIMULATOR_TOKENS_PER_SECOND)
    try:
        speed = float(typed)
    except ValueError:
        speed = -1.0
    if not 0 <= speed < float("inf"):
        problems[name] = f"{name} must be a number of at least 0, not {typed!r}."
    requests = _whole_number(environ, "PLAYGROUND_REQUESTS_PER_MINUTE", DEFAULT_REQUESTS_PER_MINUTE, problems)
    tokens = _whole_number(environ, "PLAYGROUND_TOKENS_PER_MINUTE", DEFAULT_TOKENS_PER_MINUTE, problems)
    redis_url = environ.get("PLAYGROUND_REDIS_URL", "").strip() or None
    if redis_url is not None and not redis_url.startswith(("redis://", "rediss://")):
        # Not repeated: the address may hold a password.
        problems["PLAYGROUND_REDIS_URL"] = "PLAYGROUND_REDIS_URL must begin with redis:// or rediss://."
    elif redis_url is not None and find_spec("redis") is None:
        problems["PLAYGROUND_REDIS_URL"] = (
            "PLAYGROUND_REDIS_URL needs the package redis, which is not installed: "
            "run `pip install -r requirements-team.txt`, or unset it."
        )
    name = "PLAYGROUND_PRIVATE_ADDRESSES"
    private = environ.get(name, "").strip().lower()
    if private not in ("", "on", "off"):
        problems[name] = f"{name} must be on or off, not {private!r}."
    if problems:
        raise ParameterError(problems)
    folder = environ.get("PLAYGROUND_DATA_DIR", "").strip()
    return Settings(
        api_key=environ.get("EMPIRIOLABS_API_KEY", "").strip() or None,
        base_url=base_url,
        model=environ.get("PLAYGROUND_MODEL", "").strip() or default_card().id,
        simulator_tokens_per_second=speed,
        requests_per_minute=requests,
        tokens_per_minute=tokens,
        redis_url=redis_url,
        data_dir=Path(folder).expanduser() if folder else user_data_path(DATA_FOLDER, appauthor=False),
        database_url=environ.get("PLAYGROUND_DATABASE_URL", "").strip() or None,
        private_addresses={"on": True, "off": False}.get(private),
    )


def read_secret(name: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """The key in a variable that a user's file names; None where it is not set."""
    return environ.get(name, "").strip() or None


def _whole_number(environ: Mapping[str, str], name: str, default: int, problems: dict[str, str]) -> int:
    """The variable as a number of at least 1; another value is noted in `problems`."""
    typed = environ.get(name, "").strip() or str(default)
    if not (typed.isascii() and typed.isdigit()) or not 1 <= int(typed) <= 1_000_000_000:
        problems[name] = f"{name} must be a whole number from 1 to 1,000,000,000, not {typed!r}."
        return default
    return int(typed)
