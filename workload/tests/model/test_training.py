"""The parts of a training step that must be functions of nothing but the settings."""

import io

import numpy as np
import pytest
import torch
from pictures import GOOD, jpeg
from PIL import Image
from toy import write_small_dataset

from image_classifier import checkpoint, storage
from image_classifier.augment import augment, crop_box
from image_classifier.loader import Images, batches
from image_classifier.sampling import Key, Plan
from image_classifier.shards import Dataset

FIRST = Key(0, 0)


def augmented(data: bytes, seed: int = 0, key: Key = FIRST) -> np.ndarray:
    return augment(Image.open(io.BytesIO(data)), 32, seed, key)


def test_augmentation_depends_on_seed_epoch_and_image_alone():
    first = augmented(jpeg())
    torch.manual_seed(123)
    np.random.seed(5)
    assert (augmented(jpeg()) == first).all()
    for other in (augmented(jpeg(), 1), augmented(jpeg(), 0, Key(1, 0)), augmented(jpeg(), 0, Key(0, 1))):
        assert (other != first).any()


@pytest.mark.parametrize("name", GOOD)
def test_every_good_image_can_be_trained_on(name):
    assert augmented(GOOD[name]).shape == (32, 32, 3)


def test_a_crop_lies_inside_the_image_and_takes_at_least_half_of_it():
    for i in range(300):
        height, width = 20 + i % 50, 20 + i % 37
        top, left, h, w = crop_box(np.random.default_rng(i), height, width)
        assert 0 <= top <= height - h
        assert 0 <= left <= width - w
        assert h * w > 0.4 * height * width or (h == w == min(height, width))
    assert crop_box(np.random.default_rng(0), 1, 40000)[2:] == (1, 1)


@pytest.fixture
def images(tmp_path):
    write_small_dataset(tmp_path / "data", tmp_path)
    dataset = Dataset.read(tmp_path / "data")
    return Images(dataset.members(dataset.sync(tmp_path), "train"), 32, 10**8, seed=3)


def test_a_thread_and_processes_decode_the_same_batches(images):
    keys = list(Plan(32, 8, 0).steps(1, 7, 0, 1))
    threaded, forked = list(batches(images, keys, 0, False)), list(batches(images, keys, 2, False))
    assert len(threaded) == len(forked) == 6
    for (x, y), (x2, y2) in zip(threaded, forked, strict=True):
        assert torch.equal(x, x2)
        assert torch.equal(y, y2)
        assert x.dtype == torch.uint8


def test_an_error_in_the_decoding_thread_reaches_the_training_loop(images):
    images.members[5] = images.members[5]._replace(length=10)
    with pytest.raises(Exception, match="which is no readable image"):
        list(batches(images, Plan(32, 8, 0).steps(0, 4, 0, 1), 0, False))


def state(step: int) -> dict:
    return {"step": step, "model": {"w": torch.full((3,), float(step))}}


def test_the_newest_two_checkpoints_are_kept_and_orphans_deleted(tmp_path):
    storage.use_scratch(str(tmp_path / "scratch"))
    for step in (1, 2):
        checkpoint.save(tmp_path / "c", state(step), tmp_path)
    # A kill between upload and pointer.
    (tmp_path / "c" / "step-00000003.pt").write_bytes(b"orphan")
    checkpoint.save(tmp_path / "c", state(4), tmp_path)
    assert sorted(p.name for p in (tmp_path / "c").iterdir()) == ["latest.json", "step-00000002.pt", "step-00000004.pt"]
    entry = checkpoint.choose(tmp_path / "c", tmp_path)
    assert checkpoint.load(tmp_path / "c", entry, tmp_path)["model"]["w"].tolist() == [4, 4, 4]


def test_a_checkpoint_that_is_gone_or_damaged_falls_back_to_the_previous_one(tmp_path):
    storage.use_scratch(str(tmp_path / "scratch"))
    for step in (1, 2):
        checkpoint.save(tmp_path / "c", state(step), tmp_path)
    (tmp_path / "c" / "step-00000002.pt").unlink()
    assert checkpoint.choose(tmp_path / "c", tmp_path).step == 1
    (tmp_path / "c" / "step-00000001.pt").write_bytes(b"")
    for cached in (tmp_path / "resume").iterdir():
        cached.unlink()
    assert checkpoint.choose(tmp_path / "c", tmp_path) is None


def test_a_network_that_fails_is_no_reason_to_start_anew(tmp_path, monkeypatch):
    storage.use_scratch(str(tmp_path / "scratch"))
    checkpoint.save(tmp_path / "c", state(1), tmp_path)

    def unreachable(*args):
        raise ConnectionError("reset by peer")

    monkeypatch.setattr(storage, "get", unreachable)
    monkeypatch.setattr(
        storage, "get_json", lambda src: {"history": [{"file": "step-00000001.pt", "sha256": "0" * 64, "step": 1}]}
    )
    with pytest.raises(ConnectionError):
        checkpoint.choose(tmp_path / "c", tmp_path)


def test_a_checkpoint_that_is_a_pickle_trap_is_not_executed(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "executed"), "w"))

    storage.use_scratch(str(tmp_path / "scratch"))
    checkpoint.save(tmp_path / "c", {**state(1), "identity": Trap()}, tmp_path)
    entry = checkpoint.choose(tmp_path / "c", tmp_path)
    with pytest.raises(Exception, match=r"[Ww]eights.only"):
        checkpoint.load(tmp_path / "c", entry, tmp_path)
    assert not (tmp_path / "executed").exists()
