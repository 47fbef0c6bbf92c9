"""An engine in a process of its own: started on demand, restarted when it dies, killed when late.

Speech engines hold the interpreter for a second at a time, and native code may crash; in a process
of their own they can do neither to a running call.
"""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeAlias

import structlog

from anban.errors import AnbanError, EngineUnavailable, SpeechError

log = structlog.get_logger(__name__)

Engine: TypeAlias = Callable[[Any], Any]
"""Takes one request and returns its result; both must be picklable."""
Builder: TypeAlias = Callable[..., Engine]
"""Loads an engine inside the worker process; a module-level function."""

START_LIMIT_S = 60.0


def _serve(pipe: Connection, build: Builder, arguments: tuple[Any, ...], nice: int) -> None:
    """The worker's life: load, then answer requests until the other end goes away."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if nice:
        _stand_back(nice)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes the pipe
    try:
        engine = build(*arguments)
    except (AnbanError, OSError, RuntimeError, ValueError, ImportError) as trouble:
        pipe.send(("unusable", str(trouble)))
        return
    pipe.send(("ready", None))
    while True:
        try:
            request = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(("done", engine(request)))
        except SpeechError as trouble:
            pipe.send(("failed", str(trouble)))
        except (RuntimeError, ValueError, KeyError, IndexError) as trouble:
            pipe.send(("failed", type(trouble).__name__))  # its text may hold what was spoken


def _end_with_parent() -> None:
    """End at once when the parent is gone, however it went, and whatever is being loaded."""
    parent = mp.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stand_back(nice: int) -> None:
    """Let other processes go first; undoing it would need a privilege."""
    os.nice(nice)
    # Linux may share out time by session first (autogroup); inside its own, being nice is idle.
    os.setsid()
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(nice))


class WorkerProcess:
    """One engine process that answers one request at a time.

    A request that takes longer than its budget kills the process; the next request starts a new
    one. A process that died is started anew and the request is sent once more.

    Args:
        name: for logs and errors.
        build: loads the engine, with ``arguments``.
        nice: added to the niceness of the process.
    """

    def __init__(self, name: str, build: Builder, *arguments: Any, nice: int = 0) -> None:
        self.name = name
        self._nice = nice
        self.restarts = 0
        """How often the process had to be started again."""
        self._build = build
        self._arguments = arguments
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._busy = asyncio.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None else None

    @property
    def alive(self) -> bool:
        """Whether the process runs now."""
        return self._process is not None and self._process.is_alive()

    async def start(self) -> None:
        """Load the engine now rather than at the first request.

        Raises:
            EngineUnavailable: it cannot be loaded; the text says why.
        """
        async with self._busy:
            await asyncio.to_thread(self._ensure)

    async def call(self, request: Any, budget_s: float) -> Any:
        """The engine's answer.

        If the caller is cancelled, the work runs to its end and its answer is dropped.

        Raises:
            EngineUnavailable: it cannot be loaded, died twice, or took longer than ``budget_s``.
            SpeechError: the engine refused this request.
        """
        work = asyncio.ensure_future(self._call(request, budget_s))
        work.add_done_callback(_look_away)
        return await asyncio.shield(work)

    async def _call(self, request: Any, budget_s: float) -> Any:
        async with self._busy:
            return await asyncio.to_thread(self._exchange, request, budget_s)

    async def close(self) -> None:
        """End the process."""
        self._closed = True
        if self._pipe is not None and not self._busy.locked() and self._process is not None:
            self._pipe.close()  # an idle worker sees the end of the pipe and leaves by itself
            self._pipe = None
            await asyncio.to_thread(self._process.join, 2)
        self._kill()

    def _exchange(self, request: Any, budget_s: float) -> Any:
        for attempt in (1, 2):
            pipe = self._ensure()
            try:
                pipe.send(request)
                if not pipe.poll(budget_s):
                    self._kill()
                    raise EngineUnavailable(f"{self.name} took longer than {budget_s:g} s")
                kind, value = pipe.recv()
            except (EOFError, OSError) as died:
                self._kill()
                log.warning("worker_died", worker=self.name, attempt=attempt)
                if attempt == 2 or self._closed:
                    raise EngineUnavailable(f"the process of {self.name} died") from died
                continue
            if kind == "failed":
                raise SpeechError(f"{self.name}: {value}")
            return value
        raise AssertionError("unreachable")

    def _ensure(self) -> Connection:
        if self._closed:
            raise EngineUnavailable(f"{self.name} is shut down")
        if self._pipe is not None and self.alive:
            return self._pipe
        if self._process is not None:
            self.restarts += 1
        self._kill()
        context = mp.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(
            target=_serve,
            args=(there, self._build, self._arguments, self._nice),
            daemon=True,
            name=self.name,
        )
        process.start()
        there.close()
        self._process, self._pipe = process, here
        self._await_ready(here)
        log.info("worker_ready", worker=self.name, pid=process.pid)
        return here

    def _await_ready(self, pipe: Connection) -> None:
        try:
            kind, value = pipe.recv() if pipe.poll(START_LIMIT_S) else ("unusable", "too slow")
        except (EOFError, OSError):
            kind, value = "unusable", "it died while loading"
        if kind != "ready":
            self._kill()
            raise EngineUnavailable(f"{self.name} cannot be loaded: {value}")

    def _kill(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None and self._process.pid is not None and self.alive:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.join(2)


def _look_away(work: asyncio.Future[Any]) -> None:
    """Fetch the outcome of work nobody waits for any more, so that asyncio does not warn."""
    if not work.cancelled():
        work.exception()


class WorkerPool:
    """Several processes with the same engine; a request goes to the first that is free."""

    def __init__(
        self, name: str, size: int, build: Builder, *arguments: Any, nice: int = 0
    ) -> None:
        self.workers = [
            WorkerProcess(f"{name}-{n + 1}", build, *arguments, nice=nice) for n in range(size)
        ]
        self._idle: asyncio.LifoQueue[WorkerProcess] = asyncio.LifoQueue()
        for worker in reversed(self.workers):
            self._idle.put_nowait(worker)

    async def start(self) -> None:
        """Load the engine in every process."""
        await asyncio.gather(*(worker.start() for worker in self.workers))

    async def call(self, request: Any, budget_s: float) -> Any:
        """The engine's answer; the budget holds for waiting and working together.

        Raises:
            EngineUnavailable: every process stayed busy, or see ``WorkerProcess.call``.
            SpeechError: the engine refused this request.
        """
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            worker = await asyncio.wait_for(self._idle.get(), budget_s)
        except TimeoutError as late:
            raise EngineUnavailable(f"all speech workers were busy for {budget_s:g} s") from late
        work = asyncio.ensure_future(worker.call(request, budget_s - (loop.time() - start)))
        # Idle again when the work is done, not when its caller loses interest.
        work.add_done_callback(lambda done: self._give_back(worker, done))
        return await asyncio.shield(work)

    def _give_back(self, worker: WorkerProcess, work: asyncio.Future[Any]) -> None:
        self._idle.put_nowait(worker)
        _look_away(work)

    async def close(self) -> None:
        """End every process."""
        for worker in self.workers:
            await worker.close()
