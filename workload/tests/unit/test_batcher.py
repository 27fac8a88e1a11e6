import asyncio
import time

import numpy as np
import pytest

from image_classifier.batcher import Batcher, InferenceFailed
from image_classifier.engine import call_size


class FakeModel:
    """Counts its batches; the answer of an image is its first pixel."""

    def __init__(self, seconds: float = 0.0, fails: bool = False, max_batch: int = 4):
        self.seconds, self.fails, self.max_batch, self.batches = seconds, fails, max_batch, []

    def infer(self, images: np.ndarray) -> np.ndarray:
        time.sleep(self.seconds)
        self.batches.append(len(images))
        if self.fails:
            raise RuntimeError("out of memory")
        return images[:, 0]


def image(value: int) -> np.ndarray:
    return np.array([value])


def run(scenario, max_batch: int = 4, wait: float = 0.0):
    async def main():
        calls = []
        batcher = Batcher(max_batch, wait, lambda images, seconds: calls.append(images))
        batcher.start()
        try:
            return await asyncio.wait_for(scenario(batcher), 5), calls
        finally:
            batcher.stop()

    return asyncio.run(main())


def test_answers_belong_to_their_images():
    async def scenario(batcher):
        model = FakeModel(0.01)
        return await asyncio.gather(*(batcher.submit(model, image(i)) for i in range(23)))

    answers, calls = run(scenario)
    assert answers == list(range(23))
    assert sum(calls) == 23
    assert max(calls) == 4


def test_what_waits_while_the_model_works_is_the_next_batch():
    async def scenario(batcher):
        model = FakeModel(0.05)
        first = batcher.submit(model, image(0))
        await asyncio.sleep(0.02)
        rest = [batcher.submit(model, image(i)) for i in range(1, 4)]
        await asyncio.gather(first, *rest)
        return model.batches

    assert run(scenario)[0] == [1, 3]


def test_who_gave_up_costs_no_inference():
    async def scenario(batcher):
        model = FakeModel(0.05)
        first = batcher.submit(model, image(0))
        await asyncio.sleep(0.02)
        gone = batcher.submit(model, image(1))
        last = batcher.submit(model, image(2))
        gone.cancel()
        return await asyncio.gather(first, last), model.batches

    assert run(scenario)[0] == ([0, 2], [1, 1])


def test_a_swap_makes_two_groups_of_one_batch():
    async def scenario(batcher):
        old, new = FakeModel(0.05), FakeModel()
        first = batcher.submit(old, image(0))
        await asyncio.sleep(0.02)
        rest = [batcher.submit(model, image(i)) for i, model in enumerate((old, new, old), 1)]
        return await asyncio.gather(first, *rest), old.batches, new.batches

    assert run(scenario)[0] == ([0, 1, 2, 3], [1, 2], [1])


def test_a_model_that_fails_fails_its_batch_and_not_the_loop():
    async def scenario(batcher):
        with pytest.raises(InferenceFailed):
            await batcher.submit(FakeModel(fails=True), image(0))
        short = FakeModel()
        short.infer = lambda images: images[:0, 0]
        with pytest.raises(InferenceFailed):
            await batcher.submit(short, image(0))
        return await batcher.submit(FakeModel(), image(7))

    assert run(scenario)[0] == 7


def test_waiting_fills_a_batch():
    async def scenario(batcher):
        model = FakeModel()

        async def late(i: int):
            await asyncio.sleep(0.02 * i)
            return await batcher.submit(model, image(i))

        await asyncio.gather(*(late(i) for i in range(4)))
        return model.batches

    assert run(scenario, wait=0.5)[0] == [4]


def test_a_model_that_prefers_small_calls_gets_them():
    async def scenario(batcher):
        model = FakeModel(0.02, max_batch=2)
        return await asyncio.gather(*(batcher.submit(model, image(i)) for i in range(5))), model.batches

    answers, batches = run(scenario, max_batch=16)[0]
    assert answers == list(range(5))
    assert max(batches) == 2


@pytest.mark.parametrize(
    ("engine", "size", "expected"),
    [("onnx", 224, 1), ("onnx", 64, 16), ("int8", 128, 4), ("onnx", 512, 1), ("eager", 224, 16), ("onnx", 16, 16)],
)
def test_images_per_call_follow_the_engine_and_the_size_of_the_images(engine, size, expected):
    assert call_size(engine, size, 16) == expected
