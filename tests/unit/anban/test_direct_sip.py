"""Where direct SIP calls are taken, and the way out, as the settings say."""

import ipaddress

import pytest

from anban import wiring
from anban.direct_sip import lan_address, listens_at, sip_config, sip_trunk
from anban.errors import SettingsError
from anban.settings import Settings

pytestmark = pytest.mark.unit


def given(**values) -> Settings:
    return Settings(_env_file=None, **values)


def test_unless_it_is_said_otherwise_it_listens_on_a_private_address():
    address, _, port = (listens_at(given()) or "").rpartition(":")
    assert address == lan_address()
    assert ipaddress.ip_address(address).is_private
    assert port == "5060"
    assert sip_config(given()).must_open is False, "a taken port must not keep voice from starting"


@pytest.mark.parametrize("off", ["off", "", " off "])
def test_it_can_be_switched_off(off):
    assert listens_at(given(sip_listen=off)) is None
    assert sip_config(given(sip_listen=off)) is None


def test_an_address_of_ones_own_has_to_open():
    found = sip_config(given(sip_listen="0.0.0.0:5070"))
    assert (found.listen, found.must_open) == ("0.0.0.0:5070", True)


@pytest.mark.parametrize("wrong", ["5060", "host:", ":5060", "host:port", "host:70000", "host:0"])
def test_what_is_no_address_is_told(wrong):
    with pytest.raises(SettingsError, match="ANBAN_SIP_LISTEN"):
        listens_at(given(sip_listen=wrong))


def test_a_machine_without_a_private_address_is_reached_from_itself_only(monkeypatch):
    class Probe:
        def __init__(self, *_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def connect(self, _):
            pass

        def getsockname(self):
            return ("8.8.8.8", 40000)

    monkeypatch.setattr("anban.direct_sip.socket.socket", Probe)
    assert lan_address() == "127.0.0.1"


def test_a_trunk_has_a_user_and_perhaps_a_password():
    known = sip_trunk(
        given(sip_trunk="sip:12349:p%40ss@trunk.example:5080", sip_agents="8001, 8002")
    )
    assert (known.user, known.host, known.password) == ("12349", "trunk.example:5080", "p@ss")
    assert known.agents == ("8001", "8002")
    assert "p@ss" not in repr(known)
    by_address = sip_trunk(given(sip_trunk="sip:12349@10.0.0.1"))
    assert (by_address.host, by_address.password) == ("10.0.0.1", "")
    assert sip_trunk(given()) is None


@pytest.mark.parametrize(
    "wrong", ["trunk.example", "sip:trunk.example", "http://a:b@c", "sip:a@b:x"]
)
def test_what_is_no_trunk_is_told(wrong):
    with pytest.raises(SettingsError, match="ANBAN_SIP_TRUNK"):
        sip_trunk(given(sip_trunk=wrong))


def test_a_trunk_without_direct_sip_is_told():
    with pytest.raises(SettingsError, match="ANBAN_SIP_LISTEN"):
        sip_trunk(given(sip_trunk="sip:a@b", sip_listen="off"))


def test_with_a_trunk_alone_people_are_called_by_voice_itself():
    keys = {"encryption_keys": "k", "service_token": "t", "index_key": "i"}
    without = wiring.backend_config(given(**keys), "postgresql://")
    assert without.telephone is None
    config = wiring.backend_config(given(sip_trunk="sip:a@b", **keys), "postgresql://")
    assert config.telephone is not None
    assert config.telephone.ari_url == ""
    assert "voice_call" in config.channels
