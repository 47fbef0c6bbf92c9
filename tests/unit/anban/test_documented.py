"""What can be set or called is documented."""

import re
from pathlib import Path

import pytest

from anban.cli import app
from anban.settings import Settings
from backend.domain.devices import DEVICE_KINDS, REPORT_TYPES

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.settings_names())
def test_every_setting_stands_in_the_running_guide(name: str) -> None:
    assert f"`{name}`" in read("docs/running.md")


def test_no_setting_is_documented_that_is_not_there() -> None:
    documented = set(re.findall(r"^\| `(ANBAN_\w+)`", read("docs/running.md"), re.MULTILINE))
    assert documented == set(Settings.settings_names())


@pytest.mark.parametrize("name", [*REPORT_TYPES, *DEVICE_KINDS])
def test_everything_a_device_can_say_stands_in_its_guide(name: str) -> None:
    assert re.search(rf"\b{name}\b", read("docs/devices.md"))


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_both_commands(readme: str) -> None:
    assert "make run" in read(readme)
    assert "make test" in read(readme)


def test_every_command_has_help() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__doc__


@pytest.mark.parametrize("doc", sorted(ROOT.glob("docs/*.md")), ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(doc: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", doc.read_text(encoding="utf-8")):
        assert (doc.parent / target).exists(), target
