"""What training does to an image before the network sees it: a random crop and a mirror image."""

import math

import numpy as np
from PIL import Image

from .images import to_rgb, upright
from .sampling import Key

AREA = (0.5, 1.0)
ASPECT = (3 / 4, 4 / 3)


def augment(image: Image.Image, size: int, seed: int, key: Key) -> np.ndarray:
    """uint8 [size, size, 3]. A pure function of seed, epoch and image: a resume, another thread or process repeats it.

    torchvision's `RandomResizedCrop` draws from torch's one global generator, which neither threads nor a resume can
    share; its functional half is used as it is.
    """
    from torchvision.transforms.v2 import InterpolationMode
    from torchvision.transforms.v2 import functional as v2

    rng = np.random.default_rng([seed, key.epoch, key.image])
    image.draft("RGB", (size * 2, size * 2))
    rgb = to_rgb(image)
    top, left, height, width = crop_box(rng, rgb.height, rgb.width)
    small = v2.resized_crop(rgb, top, left, height, width, [size, size], InterpolationMode.BILINEAR)
    small = upright(small, image)
    if rng.random() < 0.5:
        small = v2.horizontal_flip(small)
    return np.asarray(small)


def crop_box(rng: np.random.Generator, height: int, width: int) -> tuple[int, int, int, int]:
    """top, left, height, width of a crop with a random share of the area and a random aspect ratio."""
    for _ in range(10):
        area = height * width * rng.uniform(*AREA)
        aspect = math.exp(rng.uniform(math.log(ASPECT[0]), math.log(ASPECT[1])))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            return int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1)), h, w
    # An image that is far longer than wide: its middle.
    side = min(height, width)
    return (height - side) // 2, (width - side) // 2, side, side
