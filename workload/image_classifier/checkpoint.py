"""Checkpoints that survive a kill at any moment: data first, pointer last, previous one kept."""

import time
from pathlib import Path
from typing import Any, NamedTuple

import torch

from . import storage
from .logs import emit, log
from .storage import Location

KEEP = 2


class Entry(NamedTuple):
    """One checkpoint as latest.json lists it."""

    file: str
    sha256: str
    step: int


def history(directory: Location) -> list[Entry]:
    """The usable checkpoints, newest first."""
    pointer = storage.get_json(directory / "latest.json") or {"history": []}
    return [Entry(item["file"], item["sha256"], item["step"]) for item in pointer["history"]]


def save(directory: Location, state: dict[str, Any], scratch: Path) -> None:
    started, step = time.time(), state["step"]
    local = storage.temporary(scratch, ".pt")
    try:
        torch.save(state, local)
        newest = Entry(f"step-{step:08d}.pt", storage.sha256(local), step)
        storage.put(local, directory / newest.file)
    finally:
        local.unlink()
    kept = ([newest] + [entry for entry in history(directory) if entry.step < step])[:KEEP]
    storage.put_json({"history": [entry._asdict() for entry in kept]}, directory / "latest.json")
    _delete_others(directory, {entry.file for entry in kept})
    emit({"checkpoint_seconds": round(time.time() - started, 3)}, step=step)


def _delete_others(directory: Location, kept: set[str]) -> None:
    # List instead of remembering: a kill between upload and pointer leaves an orphan that nobody remembers.
    for old in list(directory.glob("step-*.pt")):
        if old.name not in kept:
            old.unlink(missing_ok=True)


def choose(directory: Location, scratch: Path) -> Entry | None:
    """The newest checkpoint whose bytes are right, now on local disk, or None."""
    for entry in history(directory):
        try:
            _fetch(directory, entry, scratch)
            return entry
        # Only what a retry cannot mend. A network that fails is no reason to throw hours of work away.
        except (storage.ChecksumError, FileNotFoundError) as error:
            log("checkpoint unusable, trying the previous one", "WARNING", file=entry.file, error=str(error))
    return None


def load(directory: Location, entry: Entry, scratch: Path) -> dict[str, Any]:
    return torch.load(_fetch(directory, entry, scratch), map_location="cpu", weights_only=True)


def _fetch(directory: Location, entry: Entry, scratch: Path) -> Path:
    # Named by content, so that the processes of one node find what the first of them fetched.
    local = scratch / "resume" / f"{entry.sha256}.pt"
    source = directory / entry.file
    if not local.exists() and not source.exists():
        raise FileNotFoundError(f"{source} is listed but absent")
    storage.fetch(source, local, entry.sha256)
    return local
