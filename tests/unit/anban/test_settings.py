"""Settings: clear errors, and secrets that are never lost or readable by others."""

import stat
from pathlib import Path

import pytest

from anban import logs, settings, wiring
from anban.errors import SettingsError
from anban.processes import Process, all_processes, check_ports
from anban.rasa import arguments
from anban.settings import Settings

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.settings_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANBAN_BACKEND_PORT", "eighty")
    with pytest.raises(SettingsError, match="ANBAN_BACKEND_PORT"):
        settings.load()


def test_secrets_are_random_and_for_their_owner_alone(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        settings.write_secrets(Settings(), file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert files[0].read_text() != files[1].read_text()


def test_what_stands_in_the_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ANBAN_LOCALITY=龙岩")
    settings.write_secrets(Settings(), file)
    assert file.read_text().startswith("ANBAN_LOCALITY=龙岩\n")


def test_complete_secrets_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    settings.write_secrets(Settings(), file)
    before = file.read_text()
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    assert settings.write_secrets(settings.load(), file) == []
    assert file.read_text() == before
    assert settings.load().keys


def test_a_taken_port_names_the_process_and_the_setting(unused_tcp_port: int) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", unused_tcp_port))
        taken.listen()
        with pytest.raises(SettingsError, match=rf"port {unused_tcp_port}, wanted by voice"):
            check_ports([Process("voice", ("true",), (unused_tcp_port,))])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("来电13800138000转人工", "来电138****8000转人工"),
        ("id 110101193001011234", "id 110101********1234"),
        ("0597-2212345", "0597-****2345"),
        ("mail daughter@example.org", "mail d***@example.org"),
        ("order 246810 at 2026-03-04T09:10", "order 246810 at 2026-03-04T09:10"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert logs.mask(text) == masked


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["train"], ["train", "--data", "nlu_data"]),
        (["data", "validate"], ["data", "validate", "--data", "nlu_data"]),
        (["train", "--data", "x"], ["train", "--data", "x"]),
        (["shell", "nlu"], ["shell", "nlu"]),
        (["test", "nlu"], ["test", "nlu", "--nlu", "nlu_data/nlu"]),
    ],
)
def test_rasas_commands_find_our_data(given: list[str], meant: list[str]) -> None:
    assert arguments(given) == meant


@pytest.mark.parametrize("url", ["broker", "http://broker", "mqtt://", "mqtt://broker:no"])
def test_a_broker_that_is_none_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="ANBAN_MQTT_URL"):
        wiring.mqtt_config(Settings(mqtt_url=url))


def test_a_brokers_address_says_how_to_reach_it() -> None:
    plain = wiring.mqtt_config(Settings(mqtt_url="mqtt://broker"))
    assert (plain.host, plain.port, plain.tls, plain.username) == ("broker", 1883, False, None)
    safe = wiring.mqtt_config(Settings(mqtt_url="mqtts://anban:p%40ss@broker:9"))
    assert (safe.port, safe.tls, safe.username, safe.password) == (9, True, "anban", "p@ss")


@pytest.mark.parametrize(("url", "runs"), [(None, False), ("mqtt://broker", True)])
def test_the_bridge_runs_only_where_there_is_a_broker(url: str | None, runs: bool) -> None:
    names = [process.name for process in all_processes(Settings(mqtt_url=url), "")]
    assert ("devices" in names) is runs
