"""Which images make which step. A pure function of the settings, so that a resume skips k batches of a list."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np


class Key(NamedTuple):
    """One image in one epoch: what its augmentation depends on."""

    epoch: int
    image: int


class Plan(NamedTuple):
    """The order of a run; `batch` counts the images of all processes together."""

    images: int
    batch: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        # The rest of an epoch, less than a batch, waits for the next epoch's order.
        return self.images // self.batch

    def epoch(self, epoch: int, rank: int, world: int) -> list[list[Key]]:
        """This process's batches. The order over all depends on seed and epoch alone: the world may change."""
        order = np.random.default_rng([self.seed, epoch]).permutation(self.images).tolist()
        share = self.batch // world
        starts = (step * self.batch + rank * share for step in range(self.steps_per_epoch))
        return [[Key(epoch, image) for image in order[start : start + share]] for start in starts]

    def steps(self, first: int, total: int, rank: int, world: int) -> Iterator[list[Key]]:
        """The batches of steps first .. total - 1."""
        while first < total:
            epoch, done = divmod(first, self.steps_per_epoch)
            batches = self.epoch(epoch, rank, world)[done : done + total - first]
            yield from batches
            first += len(batches)


def evaluation(images: int, rank: int, world: int, batch: int = 64) -> list[list[Key]]:
    """Each image once, over all processes."""
    starts = range(rank * batch, images, batch * world)
    return [[Key(0, image) for image in range(start, min(start + batch, images))] for start in starts]
