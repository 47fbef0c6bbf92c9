"""/v1/agents: who may work at the desk."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.schemas import clean
from backend.api.surroundings import Unit
from backend.services import agents

router = APIRouter(prefix="/agents", tags=["agents"])


Post = Literal["desk", "community", "street", "county", "assessor"]
Area = Annotated[
    str,
    Field(max_length=128, description="the place the post serves: 福康县西城街道; empty: all"),
    AfterValidator(clean),
]


class AgentNew(BaseModel):
    """A new agent."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(pattern=r"^[a-z0-9._-]{1,32}$")]
    name: Annotated[
        str,
        Field(min_length=1, max_length=32, description="what families and colleagues are told"),
        AfterValidator(clean),
    ]
    post: Post = "desk"
    area: Area = ""


class AgentChange(BaseModel):
    """Whether an agent may log in, and where they serve; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    active: bool | None = None
    post: Post | None = None
    area: Area | None = None


class AgentOut(BaseModel):
    """An agent."""

    model_config = ConfigDict(from_attributes=True)

    login: str
    name: str
    post: str
    area: str
    active: bool


class AgentPassword(BaseModel):
    """A fresh password; it is shown once and kept nowhere."""

    login: str
    password: str


@router.post("", status_code=201)
async def create_agent(work: Unit, body: AgentNew) -> AgentPassword:
    """Add an agent; the answer shows the password."""
    row, password = await agents.create_agent(work, body.login, body.name, body.post, body.area)
    return AgentPassword(login=row.login, password=password)


@router.get("")
async def list_agents(work: Unit) -> list[AgentOut]:
    """List all agents."""
    return [AgentOut.model_validate(row) for row in await agents.agents(work)]


@router.patch("/{login}")
async def change_agent(work: Unit, login: str, body: AgentChange) -> AgentOut:
    """Let an agent in or out, or give another post; whoever is let out is logged out at once."""
    row = await agents.agent(work, login)
    if body.active is not None:
        row = await agents.set_active(work, login, body.active)
    if body.post is not None or body.area is not None:
        post = body.post or row.post
        row = await agents.move(work, login, post, row.area if body.area is None else body.area)
    return AgentOut.model_validate(row)


@router.post("/{login}/password")
async def renew_password(work: Unit, login: str) -> AgentPassword:
    """Give an agent another password; their sessions end."""
    return AgentPassword(login=login, password=await agents.renew_password(work, login))
