"""Decodes request images on threads, the ones that need much memory one at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image, UnidentifiedImageError

from .images import TooLarge, open_image, prepare
from .refusals import Refused

# Above it a decoded image takes tens of megabytes, so that a few at once could fill a small container.
LARGE_PIXELS = 4_000_000


class _Large(Exception):
    pass


class Decoders:
    """`threads` images at once, of which one may be large."""

    def __init__(self, threads: int, max_pixels: int):
        self.max_pixels = max_pixels
        self.threads = ThreadPoolExecutor(threads, "decode")
        self.large = ThreadPoolExecutor(1, "decode-large")

    async def decode(self, data: bytes, size: int) -> np.ndarray:
        """uint8 [size, size, 3], or Refused: image_too_large, bad_image."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.threads, self._decode, data, size, LARGE_PIXELS)
        except _Large:
            return await loop.run_in_executor(self.large, self._decode, data, size, self.max_pixels)

    def _decode(self, data: bytes, size: int, whole_pixels: int) -> np.ndarray:
        try:
            with open_image(data, self.max_pixels) as image:
                if image.width * image.height > whole_pixels and not _shrinks_while_read(image):
                    raise _Large
                return prepare(image, size)
        except _Large:
            raise
        except TooLarge as error:
            raise Refused("image_too_large", str(error)) from None
        except Exception as error:
            reason = "not a JPEG, PNG or WebP" if isinstance(error, UnidentifiedImageError) else type(error).__name__
            raise Refused("bad_image", f"cannot decode the image: {reason}") from None


def _shrinks_while_read(image: Image.Image) -> bool:
    """A baseline JPEG is scaled down block by block; everything else is decoded whole first."""
    return image.format in ("JPEG", "MPO") and not image.info.get("progressive")
