"""Follows current.json: fetches, verifies and swaps in each newly published model."""

import asyncio
import time
from collections.abc import Callable

from . import engine, storage
from .logs import log
from .settings import Settings, checked_run_id

# Without a model, a new one is what everybody waits for.
POLL_SECONDS_WITHOUT_MODEL = 5.0

STARTING, WAITING, LOADING, READY = "starting", "waiting_for_model", "loading", "ready"


class ModelWatch:
    """`model` is the version that answers now, None until there is one."""

    def __init__(self, settings: Settings, on_load: Callable[[], None]):
        self.settings, self.on_load = settings, on_load
        self.models = storage.uri(settings.model_uri, "ML_MODEL_URI")
        self.model: engine.Model | None = None
        self.phase = STARTING

    async def run(self) -> None:
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(None, self.refresh)
            except Exception as error:
                log(
                    "model not loaded",
                    "ERROR",
                    error=f"{type(error).__name__}: {error}",
                    serving=self.model.run_id if self.model else None,
                )
                # A first model that is damaged counts as no model. "Loading" for ever would keep /ready at 503,
                # and the platform would never start the first revision.
                if self.model is None:
                    self.phase = WAITING
            poll = self.settings.model_poll_seconds
            await asyncio.sleep(poll if self.model else min(poll, POLL_SECONDS_WITHOUT_MODEL))

    def refresh(self) -> None:
        """One look at the pointer; loads what it names unless that is serving already."""
        run_id = self.settings.model_version or self._current()
        if run_id is None:
            # A pointer that was taken away does not take the model away.
            self.phase = READY if self.model else WAITING
            return
        if self.model and self.model.run_id == run_id:
            return
        if self.model is None:
            self.phase = LOADING
        started = time.monotonic()
        self.model = engine.load(self.models, checked_run_id("the model version", run_id), self.settings)
        self.phase = READY
        self.on_load()
        log(
            "model loaded",
            model=run_id,
            engine=self.model.engine,
            seconds=round(time.monotonic() - started, 2),
        )

    def _current(self) -> str | None:
        return (storage.get_json(self.models / "current.json") or {}).get("run_id")
