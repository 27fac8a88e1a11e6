"""A data set of a few small pictures, for tests that train a step or two."""

from pathlib import Path

from image_classifier.shards import Sample, pack
from image_classifier.toy_dataset import CLASSES, toy_images


def write_small_dataset(dest: Path, scratch: Path, train: int = 32, val: int = 10) -> None:
    images = toy_images(train + val, 48)
    samples = [Sample(lambda data=data: data, "jpg", label) for data, label in images]
    pack({"train": samples[:train], "val": samples[train:]}, CLASSES, dest, scratch, per_shard=20)


def variables_of(folder: Path) -> dict[str, str]:
    """A small, complete configuration of a run in `folder`."""
    return {
        "ML_DATASET_URI": str(folder / "data"),
        "ML_OUTPUT_URI": str(folder / "out"),
        "ML_MODEL_URI": str(folder / "models"),
        "ML_SCRATCH": str(folder / "scratch"),
        "ML_ARCH": "squeezenet1_1",
        "ML_IMAGE_SIZE": "48",
        "ML_BATCH_SIZE": "8",
        "ML_EPOCHS": "1",
        "ML_RUN_ID": "run",
        "ML_ROLE": "train",
        "ML_CPU_THREADS": "1",
    }
