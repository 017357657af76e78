"""The environment, read once into one frozen value that never shows the key."""

import dataclasses
import sys
from pathlib import Path

import pytest
from platformdirs import user_data_path

from components.core.errors import ParameterError
from components.settings import Settings, read_settings


def test_an_empty_environment_means_the_simulator_and_the_documented_defaults():
    settings = read_settings({})
    assert settings == Settings(api_key=None, base_url=None, model="kimi-k2-6", simulator_tokens_per_second=200.0)
    assert settings.uses_simulator


@pytest.mark.parametrize("name", ["EMPIRIOLABS_API_KEY", "EMPIRIOLABS_BASE_URL", "PLAYGROUND_MODEL"])
@pytest.mark.parametrize("value", ["", "  \n"])
def test_an_empty_variable_counts_as_not_set(name: str, value: str):
    assert read_settings({name: value}) == Settings()


def test_the_history_lies_in_the_users_data_folder_unless_told_otherwise():
    assert read_settings({}).data_dir == user_data_path("kimi-playground", appauthor=False)
    told = read_settings(
        {"PLAYGROUND_DATA_DIR": "~/here", "PLAYGROUND_DATABASE_URL": "postgresql+psycopg://a:canary@b/c"}
    )
    assert told.data_dir == Path.home() / "here"
    assert told.database_url == "postgresql+psycopg://a:canary@b/c"
    assert "canary" not in repr(told)


def test_a_key_or_an_address_replaces_the_simulator():
    assert not read_settings({"EMPIRIOLABS_API_KEY": "sk-empiriolabs-x"}).uses_simulator
    assert not read_settings({"EMPIRIOLABS_BASE_URL": "http://127.0.0.1:1/v1"}).uses_simulator


def test_values_are_trimmed():
    settings = read_settings({"EMPIRIOLABS_API_KEY": " sk-x\n", "EMPIRIOLABS_BASE_URL": " https://host/v1/ "})
    assert (settings.api_key, settings.base_url) == ("sk-x", "https://host/v1")


@pytest.mark.parametrize("speed, expected", [("0", 0.0), ("12.5", 12.5), ("", 200.0)])
def test_the_simulators_speed_is_a_number_from_0(speed: str, expected: float):
    assert read_settings({"PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND": speed}).simulator_tokens_per_second == expected


@pytest.mark.parametrize(
    "environ",
    [
        {"EMPIRIOLABS_BASE_URL": "host/v1"},
        {"EMPIRIOLABS_BASE_URL": "ftp://host"},
        *({"PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND": wrong} for wrong in ("fast", "-1", "nan", "inf")),
        *({"PLAYGROUND_REQUESTS_PER_MINUTE": wrong} for wrong in ("0", "-1", "1.5", "many", "9999999999")),
        {"PLAYGROUND_TOKENS_PER_MINUTE": "0"},
        {"PLAYGROUND_REDIS_URL": "localhost:6379"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_by_the_name_of_its_variable(environ: dict[str, str]):
    (name,) = environ
    with pytest.raises(ParameterError) as caught:
        read_settings(environ)
    assert list(caught.value.problems) == [name]
    assert str(caught.value).startswith(f"{name} must ")


def test_the_key_is_not_in_the_repr_and_settings_do_not_change():
    secrets = {"EMPIRIOLABS_API_KEY": "sk-empiriolabs-canary", "PLAYGROUND_REDIS_URL": "redis://:canary@host"}
    settings = read_settings(secrets)
    assert "canary" not in repr(settings)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.api_key = None


def test_the_rate_limit_of_the_account_can_be_set():
    settings = read_settings({"PLAYGROUND_REQUESTS_PER_MINUTE": "600", "PLAYGROUND_REDIS_URL": "redis://host/1"})
    assert (settings.requests_per_minute, settings.tokens_per_minute) == (600, 2_000_000)
    assert settings.redis_url == "redis://host/1"


def test_private_addresses_are_left_to_who_can_use_the_app_unless_told():
    name = "PLAYGROUND_PRIVATE_ADDRESSES"
    assert [read_settings({name: told}).private_addresses for told in ("", "on", "OFF")] == [None, True, False]
    with pytest.raises(ParameterError, match="must be on or off"):
        read_settings({name: "maybe"})


def test_a_redis_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ParameterError, match=r"`pip install -r requirements-team\.txt`") as refused:
        read_settings({"PLAYGROUND_REDIS_URL": "redis://:canary@host"})
    assert "canary" not in str(refused.value)
    assert read_settings({}).redis_url is None
