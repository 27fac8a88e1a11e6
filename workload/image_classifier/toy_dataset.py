"""Day-one data without a download: 1,500 JPEGs of coloured shapes on noise, the same bytes each time."""

import io
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from .shards import Sample, pack
from .storage import Location

CLASSES = ["circle", "square", "triangle", "cross", "ring"]


def write_toy_dataset(dest: Location, scratch: Path, count: int = 1500, size: int = 96, seed: int = 0) -> None:
    """A fifth of the images validates."""
    splits: dict[str, list[Sample]] = {"train": [], "val": []}
    for i, (data, label) in enumerate(toy_images(count, size, seed)):
        split = "val" if i % 5 == (i // 25) % 5 else "train"
        splits[split].append(Sample(lambda data=data: data, "jpg", label))  # type: ignore[misc]
    pack(splits, CLASSES, dest, scratch, per_shard=500)


def toy_images(count: int, size: int = 96, seed: int = 0) -> list[tuple[bytes, int]]:
    """(JPEG, class index), the classes in turn."""
    rng = random.Random(seed)  # noqa: S311 - pictures, not secrets
    return [(draw(rng, CLASSES[i % len(CLASSES)], size), i % len(CLASSES)) for i in range(count)]


def draw(rng: random.Random, name: str, size: int) -> bytes:
    """One JPEG of the named shape, `size` pixels wide and high."""
    # PIL's own noise cannot be seeded.
    noise = np.random.default_rng(rng.getrandbits(32)).normal(128, rng.randint(5, 40), (size, size))
    image = Image.fromarray(noise.clip(0, 255).astype(np.uint8)).convert("RGB")
    pen, r = ImageDraw.Draw(image), rng.randint(size // 5, size // 3)
    x, y = rng.randint(r, size - r), rng.randint(r, size - r)
    colour = (rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255))
    box = (x - r, y - r, x + r, y + r)
    if name == "circle":
        pen.ellipse(box, fill=colour)
    elif name == "square":
        pen.rectangle(box, fill=colour)
    elif name == "triangle":
        pen.polygon([(x, y - r), (x - r, y + r), (x + r, y + r)], fill=colour)
    elif name == "cross":
        pen.line((x - r, y, x + r, y), colour, r // 3 + 2)
        pen.line((x, y - r, x, y + r), colour, r // 3 + 2)
    else:
        pen.ellipse(box, outline=colour, width=r // 4 + 1)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()
