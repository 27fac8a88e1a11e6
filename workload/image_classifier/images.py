"""The one way an image file becomes pixels, shared by import, training, evaluation and serving. Imports no torch."""

import io

import numpy as np
from PIL import Image

# PIL's own limit only warns up to its double and cannot be set per call; ML_MAX_IMAGE_PIXELS is checked here instead.
Image.MAX_IMAGE_PIXELS = None

FORMATS = ("JPEG", "PNG", "WEBP")
# MPO is what phones write: a JPEG with a second picture behind it, which is ignored.
EXTENSIONS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp"}
# The share of the shorter side that evaluation and serving look at.
CENTRE = 0.875

ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooLarge(ValueError):
    """The image declares more pixels than are allowed."""


def open_image(data: bytes, max_pixels: int) -> Image.Image:
    """Reads the header only. Raises TooLarge, or whatever PIL makes of bytes that are no JPEG, PNG or WebP."""
    # PIL's WebP plugin makes room for the whole canvas before it tells the size.
    _check_size(*webp_size(data), max_pixels)
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    _check_size(image.width, image.height, max_pixels)
    return image


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise TooLarge(f"{width}x{height} pixels, limit {max_pixels}")


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height that a WebP header declares; 0, 0 for anything else."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return 0, 0
    if data[12:16] == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def to_rgb(image: Image.Image) -> Image.Image:
    """8-bit RGB. PIL would clip 16-bit greys, so that nearly all of them become white."""
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    # PIL's own conversion of RGB to RGB copies every pixel.
    return image if image.mode == "RGB" else image.convert("RGB")


def upright(small: Image.Image, source: Image.Image) -> Image.Image:
    """Turned as the camera was held. Done on the small square: turning the source costs megabytes."""
    try:
        turn = UPRIGHT.get(source.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        # A damaged EXIF block says nothing about the picture beside it.
        turn = None
    return small if turn is None else small.transpose(turn)


def prepare(image: Image.Image, size: int) -> np.ndarray:
    """Central crop as uint8 [size, size, 3]; normalisation lives in the exported graph."""
    image.draft("RGB", (size * 2, size * 2))
    rgb = to_rgb(image)
    # Crop as a source box. "Resize the short side, then crop" turns a 1x40000 image into 200 megapixels.
    side = min(rgb.size) * CENTRE
    left, top = (rgb.width - side) / 2, (rgb.height - side) / 2
    box = (left, top, left + side, top + side)
    small = rgb.resize((size, size), Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    return np.asarray(upright(small, image))


def decode(data: bytes, size: int, max_pixels: int) -> np.ndarray:
    """The bytes of an image file as uint8 [size, size, 3]."""
    with open_image(data, max_pixels) as image:
        return prepare(image, size)
