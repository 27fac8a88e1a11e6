"""Makes a data set of a folder of images: DIR/<class>/*, or DIR/train/<class>/* and DIR/val/<class>/*."""

import hashlib
import random
from pathlib import Path
from typing import Any

from .errors import ConfigError
from .images import EXTENSIONS, open_image, prepare
from .shards import Sample, pack
from .storage import Location


def import_folder(root: Path, dest: Location, scratch: Path, val_fraction: float, max_pixels: int) -> dict[str, Any]:
    """Write the data set and report what went in; the same tree gives the same bytes."""
    if not 0 < val_fraction < 1:
        raise ConfigError(f"--val-fraction must be more than 0 and less than 1, got {val_fraction}")
    roots = _roots(root)
    classes = sorted(folder.name for folder in _folders(roots["train"]))
    if len(classes) < 2:
        raise ConfigError(
            f"{roots['train']} holds {len(classes)} class folders; at least 2 are needed, each with the "
            "images of one class"
        )
    splits: dict[str, list[Sample]] = {"train": [], "val": []}
    skipped: list[dict[str, str]] = []
    for split, base in roots.items():
        if extra := {folder.name for folder in _folders(base)} - set(classes):
            raise ConfigError(f"{base} has classes that train/ lacks: {', '.join(sorted(extra))}")
        for label, name in enumerate(classes):
            for path in _files(base / name):
                try:
                    extension, digest = _examine(path, max_pixels)
                except Exception as error:
                    skipped.append({"file": str(path.relative_to(root)), "reason": f"{type(error).__name__}: {error}"})
                    continue
                chosen = split if "val" in roots else _split(digest, val_fraction)
                splits[chosen].append(Sample(path.read_bytes, extension, label))
    _check(root, splits, classes, skipped)
    random.Random(0).shuffle(splits["train"])  # noqa: S311 - an order, not a secret
    pack(splits, classes, dest, scratch, per_shard=1000)
    return {
        "classes": len(classes),
        **{name: len(samples) for name, samples in splits.items()},
        "skipped": skipped,
    }


def _roots(root: Path) -> dict[str, Path]:
    if not root.is_dir():
        raise ConfigError(f"import-folder needs a folder of images, got {str(root)!r}, which is no folder")
    roots = {split: root / split for split in ("train", "val") if (root / split).is_dir()} or {"train": root}
    if "train" not in roots:
        raise ConfigError(f"{root} has val/ but no train/; give it both, or the class folders themselves")
    return roots


def _folders(base: Path) -> list[Path]:
    return [path for path in base.iterdir() if path.is_dir() and not path.name.startswith(".")]


def _files(folder: Path) -> list[Path]:
    """By name as text, so that the order does not depend on the platform. Dot files are the system's."""
    if not folder.is_dir():
        return []
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [folder / name for name in names if not any(part.startswith(".") for part in name.split("/"))]


def _examine(path: Path, max_pixels: int) -> tuple[str, bytes]:
    """File extension and content digest. Decodes the image as training will: a header alone proves nothing."""
    data = path.read_bytes()
    with open_image(data, max_pixels) as image:
        prepare(image, 32)
        return EXTENSIONS[image.format or ""], hashlib.sha256(data).digest()


def _split(digest: bytes, val_fraction: float) -> str:
    """By content, so that adding files moves no known image and duplicates stay on one side."""
    return "val" if int.from_bytes(digest[:8], "big") < val_fraction * 2**64 else "train"


def _check(root: Path, splits: dict[str, list[Sample]], classes: list[str], skipped: list) -> None:
    if not splits["train"] or not splits["val"]:
        raise ConfigError(
            f"{root} gives {len(splits['train'])} training and {len(splits['val'])} validation images "
            f"({len(skipped)} files were unreadable); both are needed: add images or raise --val-fraction"
        )
    trained = {sample.label for sample in splits["train"]}
    if untrained := [name for label, name in enumerate(classes) if label not in trained]:
        raise ConfigError(f"no training image is left for class {', '.join(untrained)}; add images to it or remove it")
