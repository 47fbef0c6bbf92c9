"""/v1/workers: who goes to the elders' homes."""

from __future__ import annotations

from fastapi import APIRouter

from backend.api.surroundings import Unit
from backend.api.work_schemas import WorkerChange, WorkerCodeOut, WorkerNew, WorkerOut
from backend.services import workers

router = APIRouter(prefix="/workers", tags=["visits"])


@router.post("", status_code=201)
async def create_worker(work: Unit, body: WorkerNew) -> WorkerOut:
    """Add a worker."""
    return WorkerOut.model_validate(await workers.create_worker(work, body.model_dump()))


@router.get("")
async def list_workers(work: Unit) -> list[WorkerOut]:
    """List all workers, those who are active first."""
    return [WorkerOut.model_validate(row) for row in await workers.workers(work)]


@router.patch("/{worker_id}")
async def change_worker(work: Unit, worker_id: str, body: WorkerChange) -> WorkerOut:
    """Change the fields that are sent; whoever is no longer active sees nothing any more."""
    values = body.model_dump(exclude_unset=True)
    return WorkerOut.model_validate(await workers.change_worker(work, worker_id, values))


@router.post("/{worker_id}/codes", status_code=201)
async def make_code(work: Unit, worker_id: str) -> WorkerCodeOut:
    """Make the number that binds a worker's account; it works once, for a day."""
    code, row = await workers.make_code(work, worker_id)
    return WorkerCodeOut(code=code, expires_at=row.expires_at)


@router.delete("/{worker_id}/binding")
async def unbind(work: Unit, worker_id: str) -> WorkerOut:
    """End a worker's account."""
    return WorkerOut.model_validate(await workers.unbind(work, worker_id))
