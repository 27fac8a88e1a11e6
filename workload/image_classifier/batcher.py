"""Greedy batching: whatever waits when the model becomes free is the next batch."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    """`on_batch(images, seconds)` is called after each call of a model."""

    def __init__(self, max_batch: int, wait_seconds: float, on_batch: Callable[[int, float], None]):
        self.queue: asyncio.Queue[Waiting] = asyncio.Queue()
        self.max_batch, self.wait_seconds, self.on_batch = max_batch, wait_seconds, on_batch
        # One thread: the engine already uses every CPU for one call.
        self.thread = ThreadPoolExecutor(1, "model")

    def submit(self, model: Model, image: np.ndarray) -> asyncio.Future:
        answer = asyncio.get_running_loop().create_future()
        self.queue.put_nowait(Waiting(model, image, answer))
        return answer

    async def run(self) -> None:
        while True:
            groups: dict[Model, list[Waiting]] = {}
            # A model that was swapped in between makes two groups.
            for item in await self._collect():
                groups.setdefault(item.model, []).append(item)
            for model, group in groups.items():
                for start in range(0, len(group), model.max_batch):
                    await self._infer(model, group[start : start + model.max_batch])

    async def _collect(self) -> list[Waiting]:
        loop = asyncio.get_running_loop()
        items = [await self.queue.get()]
        deadline = loop.time() + self.wait_seconds
        while len(items) < self.max_batch:
            try:
                items.append(self.queue.get_nowait())
            except asyncio.QueueEmpty:
                if (left := deadline - loop.time()) <= 0:
                    break
                try:
                    items.append(await asyncio.wait_for(self.queue.get(), left))
                except TimeoutError:
                    break
        return items

    async def _infer(self, model: Model, group: list[Waiting]) -> None:
        # Who timed out or hung up is done already.
        group = [item for item in group if not item.answer.done()]
        if not group:
            return
        started = time.perf_counter()
        try:
            batch = np.stack([item.image for item in group])
            scores = await asyncio.get_running_loop().run_in_executor(self.thread, model.infer, batch)
            if len(scores) != len(group):
                raise ValueError(f"{len(scores)} answers for {len(group)} images")
        except Exception as error:
            # Nothing that a model does may end the loop: every later request would time out.
            log("inference failed", "ERROR", error=repr(error), images=len(group))
            for item in group:
                if not item.answer.done():
                    item.answer.set_exception(InferenceFailed())
            return
        self.on_batch(len(group), time.perf_counter() - started)
        for item, answer in zip(group, scores, strict=True):
            if not item.answer.done():
                item.answer.set_result(answer)
