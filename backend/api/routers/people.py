"""/v1/elders, /v1/family-members, /v1/contacts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from backend.api.schemas import (
    ContactNew,
    ContactOut,
    ElderChange,
    ElderNew,
    ElderOut,
    FamilyMemberNew,
    FamilyMemberOut,
    Page,
)
from backend.api.surroundings import Unit, Wanted
from backend.services import people
from backend.services.work import audit

router = APIRouter(tags=["people"])


@router.get("/elders")
async def list_elders(work: Unit, wanted: Wanted) -> Page[ElderOut]:
    """List elders; `phone` is the elder's own, `status` verified or unverified."""
    rows = await people.elders(work, wanted)
    items = [ElderOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/elders", status_code=201)
async def create_elder(work: Unit, body: ElderNew) -> ElderOut:
    """Add an elder."""
    return ElderOut.model_validate(await people.create_elder(work, body.model_dump()))


@router.get("/elders/{elder_id}")
async def show_elder(work: Unit, elder_id: str) -> ElderOut:
    """Show one elder."""
    row = await people.elder(work, elder_id)
    await audit(work, "read", [f"elder:{row.id}"])
    return ElderOut.model_validate(row)


@router.patch("/elders/{elder_id}")
async def change_elder(work: Unit, elder_id: str, body: ElderChange) -> ElderOut:
    """Change the fields that are sent."""
    values = body.model_dump(exclude_unset=True)
    return ElderOut.model_validate(await people.update_elder(work, elder_id, values))


@router.get("/family-members")
async def list_family_members(work: Unit, wanted: Wanted) -> Page[FamilyMemberOut]:
    """List family members of an elder, or those with a phone number."""
    rows = await people.family_members(work, wanted)
    items = [FamilyMemberOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/family-members", status_code=201)
async def create_family_member(work: Unit, body: FamilyMemberNew) -> FamilyMemberOut:
    """Add somebody to an elder; `bound` says that the elder has agreed."""
    row = await people.create_family_member(work, body.model_dump())
    return FamilyMemberOut.model_validate(row)


@router.get("/contacts")
async def list_contacts(
    work: Unit,
    wanted: Wanted,
    family_member_id: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[ContactOut]:
    """List contacts of one family member, or of an elder and the family."""
    rows = await people.contacts(work, wanted, family_member_id)
    items = [ContactOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.post("/contacts", status_code=201)
async def create_contact(work: Unit, body: ContactNew) -> ContactOut:
    """Add a way of telling somebody something."""
    return ContactOut.model_validate(await people.create_contact(work, body.model_dump()))
