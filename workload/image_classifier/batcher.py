"""Greedy batching: whatever waits when the model becomes free is the next batch."""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .engine import Model
from .logs import log


class InferenceFailed(Exception):
    """The model raised on the batch that this image was part of."""


class Waiting(NamedTuple):
    """An image in the queue, with the model that its request started with."""

    model: Model
    image: np.ndarray
    answer: asyncio.Future


class Batcher:
    """`on_batch(images, seconds)` is called after each call of a model, on the event loop."""

    def __init__(self, max_batch: int, wait_seconds: float, on_batch: Callable[[int, float], None]):
        # The model's thread takes its work itself: between two calls nothing waits for the event loop.
        self.queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self.max_batch, self.wait_seconds, self.on_batch = max_batch, wait_seconds, on_batch
        self.loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to work for the running event loop. One thread: the engine already uses every CPU for one call."""
        self.loop = asyncio.get_running_loop()
        threading.Thread(target=self._work, name="model", daemon=True).start()

    def stop(self) -> None:
        self.queue.put(None)

    def submit(self, model: Model, image: np.ndarray) -> asyncio.Future:
        answer = asyncio.get_running_loop().create_future()
        self.queue.put(Waiting(model, image, answer))
        return answer

    def _work(self) -> None:
        while (first := self.queue.get()) is not None:
            groups: dict[Model, list[Waiting]] = {}
            # A model that was swapped in between makes two groups.
            for item in self._collect(first):
                groups.setdefault(item.model, []).append(item)
            for model, group in groups.items():
                for start in range(0, len(group), model.max_batch):
                    self._infer(model, group[start : start + model.max_batch])

    def _collect(self, first: Waiting) -> list[Waiting]:
        items, deadline = [first], time.monotonic() + self.wait_seconds
        while len(items) < self.max_batch:
            left = deadline - time.monotonic()
            try:
                item = self.queue.get(timeout=left) if left > 0 else self.queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                self.stop()
                break
            items.append(item)
        return items

    def _infer(self, model: Model, group: list[Waiting]) -> None:
        # Who timed out or hung up is done already.
        group = [item for item in group if not item.answer.done()]
        if not group:
            return
        started = time.perf_counter()
        try:
            scores = model.infer(np.stack([item.image for item in group]))
            if len(scores) != len(group):
                raise ValueError(f"{len(scores)} answers for {len(group)} images")
        except Exception as error:
            # Nothing that a model does may end the thread: every later request would time out.
            log("inference failed", "ERROR", error=repr(error), images=len(group))
            self._tell(self._failed, group)
            return
        self._tell(self._answered, group, scores, time.perf_counter() - started)

    def _tell(self, function: Callable, *arguments: object) -> None:
        assert self.loop is not None
        # The loop may close at any moment; nobody waits for an answer then.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(function, *arguments)

    def _answered(self, group: list[Waiting], scores: np.ndarray, seconds: float) -> None:
        self.on_batch(len(group), seconds)
        for item, answer in zip(group, scores, strict=True):
            if not item.answer.done():
                item.answer.set_result(answer)

    def _failed(self, group: list[Waiting]) -> None:
        for item in group:
            if not item.answer.done():
                item.answer.set_exception(InferenceFailed())
