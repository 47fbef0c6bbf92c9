"""The desk of one application: who is let in, what they see, and what is written down of it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from anban.errors import NotFound
from backend.api.surroundings import Surroundings
from backend.config import DeskConfig
from backend.desk.board import card, line
from backend.desk.calls import calls
from backend.desk.sessions import Clock, Sessions
from backend.domain.applications import POSTS
from backend.services import agents, desk
from backend.services.work import Work, audit
from backend.store.desk import DeskAgent

SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""headers of every page"""


_PAGES = (
    ("/desk", "值班台", (agents.DESK,)),
    ("/desk/visits", "上门服务", (agents.DESK,)),
    ("/desk/families", "家人绑定", (agents.DESK, "community")),
    ("/desk/applications", "补贴申请", (agents.DESK, *POSTS)),
    ("/desk/assessments", "需求评估", (agents.DESK, agents.ASSESSOR)),
    ("/desk/gaps", "文件里没有的", (agents.DESK, "county")),
)


def pages_of(post: str, here: str) -> list[tuple[str, str, bool]]:
    """Return the pages of a post: address, name, and whether it is the one shown."""
    return [(path, name, path == here) for path, name, posts in _PAGES if post in posts]


class LoggedOut(Exception):
    """There is no session, or it is over."""


@dataclass(frozen=True)
class Signed:
    """An agent with a session."""

    agent: DeskAgent
    cookie: str

    @property
    def actor(self) -> str:
        """Who acts, for the audit."""
        return f"agent:{self.agent.login}"


class Desk:
    """What the desk's pages share.

    Args:
        config: sessions and limits.
        clock: the time.
    """

    def __init__(self, config: DeskConfig, clock: Clock) -> None:
        self.config = config
        self.clock = clock
        self.sessions = Sessions(config, clock)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = (parse(config.login_limit), parse(config.address_limit))
        self._pages = Environment(
            loader=PackageLoader("backend.desk"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def rendered(self, template: str, **values: object) -> str:
        """Return a template filled in."""
        return self._pages.get_template(template).render(**values)

    def page(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Return a template as an answer that no cache keeps."""
        return HTMLResponse(self.rendered(template, **values), status, headers=SAFE)

    def may_try(self, login: str, address: str) -> bool:
        """Return whether another password may be tried."""
        return all(self._limiter.test(limit, key) for limit, key in self._tries(login, address))

    def note_failure(self, login: str, address: str) -> None:
        """Count a wrong password."""
        for limit, key in self._tries(login, address):
            self._limiter.hit(limit, key)

    def _tries(self, login: str, address: str) -> zip[tuple[RateLimitItem, str]]:
        return zip(self._limits, (f"login {login}", f"address {address}"), strict=True)

    async def signed(self, around: Surroundings, cookie: str | None) -> Signed:
        """Return who is logged in.

        Raises:
            LoggedOut: nobody is, or no longer.
            Unavailable: the database cannot say.
        """
        login = self.sessions.login(cookie)
        if login is None or cookie is None:
            raise LoggedOut
        try:
            async with around.work(self.clock()) as work:
                agent = await agents.agent(work, login)
        except NotFound:
            raise LoggedOut from None
        if not self.sessions.holds(cookie, agent):
            raise LoggedOut
        return Signed(agent, cookie)

    async def board(self, around: Surroundings, signed: Signed, shown: set[str]) -> str:
        """Return the live emergencies and today's history as markup.

        Args:
            around: the application's surroundings.
            signed: who looks.
            shown: what this page has shown already; what is new is added, and written down in the
                audit.
        """
        async with around.work(self.clock(), signed.actor) as work:
            live, over = await desk.live_cases(work), await desk.todays_cases(work)
            await _note_look(work, [case.emergency.id for case in (*live, *over)], shown)
            on_the_line = await calls(work, shown)
        return self.rendered(
            "_board.html",
            cards=[card(case, signed.agent.name, work.now) for case in live],
            history=[line(case) for case in over],
            calls=on_the_line,
        )


async def _note_look(work: Work, ids: list[str], shown: set[str]) -> None:
    fresh = [one for one in ids if one not in shown]
    await audit(work, "read", [f"emergency:{one}" for one in fresh])
    shown.update(fresh)
