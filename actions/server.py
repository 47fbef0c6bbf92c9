"""The action server: rasa-sdk's executor behind FastAPI."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions.catalogue import all_actions
from backend.client import BackendClient
from bot.policy.answers import PolicyDesk
from bot.questionnaire import Questionnaire


def create_app(
    backend: BackendClient,
    desk: PolicyDesk,
    questions: Questionnaire,
    locality: str = "",
    token: str | None = None,
) -> FastAPI:
    """The server Rasa calls for every custom action.

    Args:
        backend: what the actions write to; closed with the server.
        desk: answers questions on policy.
        questions: what is asked about daily life.
        locality: the place of callers whose own is not known.
        token: where given, Rasa must send it (``?token=`` of its endpoint).

    Returns:
        An app with ``POST /webhook``, ``GET /actions`` and ``GET /healthz``.
    """

    @asynccontextmanager
    async def closing(_: FastAPI) -> AsyncIterator[None]:
        yield
        await backend.close()

    app = FastAPI(title="Anban actions", docs_url=None, redoc_url=None, lifespan=closing)
    executor = ActionExecutor()
    for action in all_actions(backend, desk, questions, locality):
        executor.register_action(action)

    @app.get("/healthz")
    async def healthz() -> dict[str, Any]:
        return {"status": "ok", "actions": len(executor.actions)}

    @app.get("/actions")
    async def actions() -> list[dict[str, str]]:
        return [{"name": action.name} for action in executor.list_actions()]

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        if token and not hmac.compare_digest(request.query_params.get("token", ""), token):
            return JSONResponse({"error": "wrong token"}, status_code=401)
        call = await request.json()
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            body = {"error": str(rejection), "action_name": rejection.action_name}
            return JSONResponse(body, status_code=400)
        except ActionNotFoundException as missing:
            body = {"error": str(missing), "action_name": missing.action_name}
            return JSONResponse(body, status_code=404)
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    return app
