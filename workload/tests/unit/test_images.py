import io

import numpy as np
import pytest
from pictures import BAD, GOOD, HUGE, encode, grey16, jpeg, noise
from PIL import Image

from image_classifier.images import ORIENTATION_TAG, TooLarge, decode, webp_size

LIMIT = 50_000_000


@pytest.mark.parametrize("name", GOOD)
def test_every_good_image_becomes_a_square_of_rgb(name):
    pixels = decode(GOOD[name], 32, LIMIT)
    assert pixels.shape == (32, 32, 3)
    assert pixels.dtype == np.uint8


@pytest.mark.parametrize("name", BAD)
def test_bad_bytes_raise(name):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - PIL raises what it likes
        decode(BAD[name], 32, LIMIT)
    assert not isinstance(caught.value, TooLarge)


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_image_is_refused_by_its_header(name):
    with pytest.raises(TooLarge):
        decode(HUGE[name], 32, LIMIT)


def test_the_pixel_limit_is_exact():
    assert decode(encode(noise(10, 10), "PNG"), 8, 100) is not None
    with pytest.raises(TooLarge, match="10x10 pixels, limit 99"):
        decode(encode(noise(10, 10), "PNG"), 8, 99)


def test_a_16_bit_ramp_stays_a_ramp():
    # PIL's own conversion clips: everything but the first column would be white.
    row = decode(grey16(), 32, LIMIT)[16, :, 0].astype(int)
    assert row[0] < 40
    assert row[-1] > 215
    assert (np.diff(row) >= 0).all()


def test_the_middle_of_the_image_is_what_is_seen():
    image = Image.new("RGB", (300, 100), "black")
    image.paste("white", (100, 0, 200, 100))
    assert decode(encode(image, "PNG"), 16, LIMIT).min() > 250


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_seen_upright(orientation):
    upright = Image.new("RGB", (64, 64), "black")
    upright.paste("white", (0, 0, 32, 16))  # a mark that every turn and mirror image moves elsewhere
    turns = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    turn = turns[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    out = io.BytesIO()
    stored.save(out, "PNG", exif=exif)
    assert np.abs(decode(out.getvalue(), 32, LIMIT).astype(int) - decode(encode(upright, "PNG"), 32, LIMIT)).max() < 3


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}])
def test_the_size_in_a_webp_header_is_read_right(options):
    assert webp_size(encode(noise(123, 45), "WEBP", **options)) == (123, 45)
    assert webp_size(jpeg(123, 45)) == (0, 0)
