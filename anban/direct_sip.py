"""Direct SIP as the settings say: where calls are taken, and how calls of ours go out."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from anban.errors import SettingsError
from anban.settings import Settings

if TYPE_CHECKING:
    from channels.phone.sip import SipConfig
    from channels.phone.sip_trunk import SipTrunk

PORT = 5060
LAN, OFF = "lan", "off"
_ELSEWHERE = ("192.0.2.1", 9)
"""An address of documentation (RFC 5737): asked for the way there, never sent to."""


def lan_address() -> str:
    """This machine's private address on its network; loopback where it has a public one only.

    Nothing from the open Internet is routed to a private address.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:  # no network at all
            return "127.0.0.1"
        found = str(probe.getsockname()[0])
    return found if ipaddress.ip_address(found).is_private else "127.0.0.1"


def listens_at(settings: Settings) -> str | None:
    """host:port where direct SIP is to be listened on; None where it is off.

    Raises:
        SettingsError: ANBAN_SIP_LISTEN is neither lan, off nor host:port.
    """
    wanted = settings.sip_listen.strip()
    if wanted in ("", OFF):
        return None
    if wanted == LAN:
        return f"{lan_address()}:{PORT}"
    host, _, port = wanted.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise SettingsError("ANBAN_SIP_LISTEN: write lan, off, or host:port (192.168.1.5:5060)")
    return wanted


def sip_trunk(settings: Settings) -> SipTrunk | None:
    """The way out over SIP; None where there is none.

    Raises:
        SettingsError: ANBAN_SIP_TRUNK is no address with a user, or there is nothing to call from.
    """
    if not settings.sip_trunk:
        return None
    from channels.phone.sip_trunk import SipTrunk

    url = urlsplit(settings.sip_trunk.replace("sip:", "sip://", 1))
    wrong = SettingsError("ANBAN_SIP_TRUNK: write sip:user:password@host:5060")
    try:
        port = url.port
    except ValueError:
        raise wrong from None
    if url.scheme != "sip" or not url.hostname or not url.username:
        raise wrong
    if listens_at(settings) is None:
        raise SettingsError("ANBAN_SIP_TRUNK needs direct SIP: ANBAN_SIP_LISTEN is off")
    return SipTrunk(
        user=unquote(url.username),
        host=f"{url.hostname}:{port}" if port else url.hostname,
        password=unquote(url.password or ""),
        agents=tuple(number.strip() for number in settings.sip_agents.split(",") if number.strip()),
    )


def sip_config(settings: Settings) -> SipConfig | None:
    """Voice's view of it.

    Raises:
        SettingsError: see above.
    """
    listen = listens_at(settings)
    if listen is None:
        return None
    from channels.phone.sip import SipConfig

    return SipConfig(
        listen,
        trust_numbers=settings.sip_trust_numbers,
        trunk=sip_trunk(settings),
        must_open=settings.sip_listen.strip() != LAN,
    )
