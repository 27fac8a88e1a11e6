"""A data set: dataset.json and tar shards under one prefix, copied to local disk and read by offset."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from . import storage
from .errors import ConfigError
from .storage import Location

VERSION = 1


class Sample(NamedTuple):
    """One image that goes into a shard; `read` is called once, when its turn comes."""

    read: Callable[[], bytes]
    extension: str
    label: int


def pack(splits: dict[str, list[Sample]], classes: list[str], dest: Location, scratch: Path, per_shard: int) -> None:
    """Write the shards and, last, dataset.json. The same samples give the same bytes."""
    index: dict[str, list[dict]] = {}
    for split, samples in splits.items():
        index[split] = []
        for start in range(0, len(samples), per_shard):
            name, part = f"{split}-{start // per_shard:05d}.tar", samples[start : start + per_shard]
            local = storage.temporary(scratch, ".tar")
            try:
                _write(local, start, part)
                storage.put(local, dest / name)
                index[split].append({"file": name, "sha256": storage.sha256(local), "count": len(part)})
            finally:
                local.unlink()
    storage.put_json({"version": VERSION, "classes": classes, "splits": index}, dest / "dataset.json")


def _write(path: Path, start: int, samples: list[Sample]) -> None:
    with tarfile.open(path, "w") as tar:
        for number, sample in enumerate(samples, start):
            data = sample.read()
            member = tarfile.TarInfo(f"{number:08d}.{sample.label}.{sample.extension}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


@dataclass(frozen=True)
class Dataset:
    """What dataset.json says, checked, and the digest that identifies it."""

    location: Location
    classes: list[str]
    splits: dict[str, list[dict]]
    digest: str

    @classmethod
    def read(cls, location: Location) -> "Dataset":
        manifest = storage.get_json(location / "dataset.json")
        if manifest is None:
            raise ConfigError(
                f"ML_DATASET_URI must hold a data set, got {location} without dataset.json; run `seed` "
                "or `import-folder`, or set ML_SEED_DATASET=1"
            )
        try:
            classes, splits = (
                manifest["classes"],
                {name: manifest["splits"][name] for name in ("train", "val")},
            )
            complete = manifest["version"] == VERSION and len(classes) > 1
            complete &= all(
                isinstance(s["file"], str) and len(s["sha256"]) == 64 and s["count"] > 0
                for split in splits.values()
                for s in split
            ) and all(splits.values())
        except (KeyError, TypeError):
            complete = False
        if not complete:
            raise ConfigError(
                f"{location / 'dataset.json'} is not a data set of version {VERSION} with 2 classes or "
                "more and both splits; write it again with `seed` or `import-folder`"
            )
        digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
        return cls(location, classes, splits, digest)

    def count(self, split: str) -> int:
        return sum(shard["count"] for shard in self.splits[split])

    def sync(self, scratch: Path) -> Path:
        """Copy the shards to local disk, checksums verified; what is there already is kept."""
        # Named by content: another data set on the same disk must not replace shards that a run is reading.
        local = scratch / "data" / self.digest[:16]
        shards = [shard for split in self.splits.values() for shard in split]
        try:
            storage.fetch_all((self.location / s["file"], local / s["file"], s["sha256"]) for s in shards)
        except OSError as error:
            if error.errno != 28:
                raise
            raise ConfigError(
                f"the data set at {self.location} does not fit the disk of ML_SCRATCH={scratch}; give "
                "the job a larger disk"
            ) from None
        return local

    def members(self, local: Path, split: str) -> "list[Member]":
        """Where each image of a split lies, in the order of the shards."""
        found: list[Member] = []
        for shard in self.splits[split]:
            path = str(local / shard["file"])
            with tarfile.open(path) as tar:
                found += [Member(path, m.offset_data, m.size, int(m.name.split(".")[1]), m.name) for m in tar]
        if wrong := [m for m in found if not 0 <= m.label < len(self.classes)]:
            raise ConfigError(
                f"{wrong[0].path} holds {wrong[0].name}, but dataset.json has {len(self.classes)} "
                "classes; write the data set again with `import-folder`"
            )
        return found


class Member(NamedTuple):
    """One image inside a shard."""

    path: str
    offset: int
    length: int
    label: int
    name: str

    def read(self) -> bytes:
        # pread keeps no position, so threads and forked workers may share nothing and collide nowhere.
        handle = os.open(self.path, os.O_RDONLY)
        try:
            return os.pread(handle, self.length, self.offset)
        finally:
            os.close(handle)


def unreadable(member: Member, error: Exception) -> ConfigError:
    return ConfigError(
        f"{Path(member.path).name} holds {member.name}, which is no readable image ({error}); write "
        "the data set again with `import-folder`, which leaves such files out"
    )


def summary(dataset: Dataset) -> dict[str, Any]:
    return {"classes": len(dataset.classes), **{split: dataset.count(split) for split in dataset.splits}}
