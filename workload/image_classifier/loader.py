"""Images from shards as batches of tensors, decoded ahead of the step that needs them."""

import queue
import threading
from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from .augment import augment
from .images import decode, open_image
from .sampling import Key
from .shards import Member, unreadable

Batch = tuple[torch.Tensor, torch.Tensor]

# Batches that wait decoded. More would only cost memory.
AHEAD = 2


class Images(TorchDataset):
    """One split: (epoch, index) -> (uint8 [size, size, 3], class index). `seed` None = no augmentation."""

    def __init__(self, members: list[Member], size: int, max_pixels: int, seed: int | None = None):
        self.members, self.size, self.max_pixels, self.seed = members, size, max_pixels, seed

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, key: Key) -> tuple[np.ndarray, int]:
        member = self.members[key.image]
        try:
            if self.seed is None:
                return decode(member.read(), self.size, self.max_pixels), member.label
            with open_image(member.read(), self.max_pixels) as image:
                return augment(image, self.size, self.seed, key), member.label
        except Exception as error:
            raise unreadable(member, error) from None


def collate(samples: list[tuple[np.ndarray, int]]) -> Batch:
    images, labels = zip(*samples, strict=True)
    return torch.from_numpy(np.stack(images)), torch.tensor(labels)


def batches(images: Images, keys: Iterable[list[Key]], workers: int, pin: bool) -> Iterator[Batch]:
    """The batches in order; `workers` processes decode them (ML_WORKERS), or one thread when it is 0."""
    if workers == 0:
        return _threaded(images, iter(keys), pin)
    # fork would copy a cloud client's locked locks into the worker.
    return iter(
        DataLoader(
            images,
            batch_sampler=list(keys),
            num_workers=workers,
            collate_fn=collate,
            pin_memory=pin,
            multiprocessing_context="forkserver",
        )
    )


def _threaded(images: Images, keys: Iterator[list[Key]], pin: bool) -> Iterator[Batch]:
    ready: queue.Queue = queue.Queue(AHEAD)
    stop = threading.Event()

    def offer(item: object) -> None:
        while not stop.is_set():
            try:
                ready.put(item, timeout=0.1)
                return
            except queue.Full:
                continue

    def produce() -> None:
        try:
            for batch in keys:
                if stop.is_set():
                    return
                tensors = collate([images[key] for key in batch])
                offer(tuple(tensor.pin_memory() for tensor in tensors) if pin else tensors)
            offer(None)
        except BaseException as error:
            offer(error)

    threading.Thread(target=produce, name="decode", daemon=True).start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
