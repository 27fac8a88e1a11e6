"""Image files for tests: good, odd and hostile ones."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def encode(image: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def noise(width: int = 96, height: int = 96, mode: str = "RGB", seed: int = 0) -> Image.Image:
    bands = {"L": 1, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, bands), np.uint8)
    return Image.fromarray(pixels[..., 0] if bands == 1 else pixels, mode)


def jpeg(width: int = 96, height: int = 96, seed: int = 0, **options: object) -> bytes:
    return encode(noise(width, height, seed=seed), **options)


def png_that_declares(width: int, height: int) -> bytes:
    """A few bytes whose header promises any number of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg_that_declares(width: int, height: int) -> bytes:
    """A JPEG whose size in the frame header was replaced."""
    data = bytearray(jpeg(32, 32))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def grey16() -> bytes:
    """A 16-bit PNG, dark on the left and light on the right."""
    ramp = np.linspace(0, 65535, 64).astype(np.uint16)[None].repeat(64, 0)
    return encode(Image.fromarray(ramp), "PNG")


def webp_that_declares(width: int, height: int) -> bytes:
    """A small WebP in an extended file whose canvas is any size."""
    inner = encode(noise(16, 16), "WEBP")[12:]
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    extended = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size
    return b"RIFF" + struct.pack("<I", 4 + len(extended) + len(inner)) + b"WEBP" + extended + inner


# What a client may send and get 200 for, in the words of the specification.
GOOD = {
    "jpeg": jpeg(),
    "png": encode(noise(), "PNG"),
    "webp": encode(noise(), "WEBP"),
    "lossless webp": encode(noise(), "WEBP", lossless=True),
    "webp with transparency": encode(noise(mode="RGBA"), "WEBP"),
    "png with transparency": encode(noise(mode="RGBA"), "PNG"),
    "16-bit png": grey16(),
    "cmyk jpeg": encode(noise(mode="CMYK")),
    "grey jpeg": encode(noise(mode="L")),
    "palette png": encode(noise().convert("P"), "PNG"),
    "progressive jpeg": jpeg(progressive=True),
    "8x40000 jpeg": encode(Image.new("RGB", (8, 40000), "red")),
    "mpo": encode(noise(), "MPO", save_all=True, append_images=[noise(seed=1)]),
    "1x1 png": encode(Image.new("RGB", (1, 1)), "PNG"),
}

# What is 422 bad_image.
BAD = {
    "empty": b"",
    "text": b"this is no image",
    "truncated jpeg": jpeg()[:1500],
    "gif": encode(noise().convert("P"), "GIF"),
    "jpeg magic alone": b"\xff\xd8\xff\xe0",
    "png with a broken chunk": encode(noise(), "PNG")[:200] + b"\0" * 200,
    "png without pixels": png_that_declares(100, 100),
}

# What is 413 image_too_large.
HUGE = {
    "png of 200 Mpx": png_that_declares(20000, 10000),
    "png of 100 Mpx": png_that_declares(10000, 10000),
    "png of 2^31 pixels": png_that_declares(65535, 65535),
    "webp of 268 Mpx": webp_that_declares(16383, 16383),
    "jpeg of 65500 x 65500": jpeg_that_declares(65500, 65500),
}
