"""Print the Python of the shared virtual environment for a lock file, making it first if it is not there.

    python3 workload/tools/environment.py          # what the tests need, torch included: about 100 s and 6 GB, once
    python3 workload/tools/environment.py bench    # the rivals of the serving benchmark

The environment lies in the user's cache, named after the lock's content and the Python that runs this script, so
that every checkout with the same lock shares it and a changed lock gets its own. Standard library only.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def location(name: str) -> Path:
    """Where the environment of `requirements-<name>.lock` lies, made or not."""
    lock = (ROOT / f"requirements-{name}.lock").read_bytes()
    digest = hashlib.sha256(lock + platform.python_version().encode() + platform.machine().encode()).hexdigest()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "cdktf-pytorch-vision" / f"workload-{digest[:16]}"


def ensure(name: str = "test") -> Path:
    """The interpreter of a complete environment; a second caller waits for the first."""
    target = location(name)
    python, ready = target / "bin" / "python", target / "ready"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # `ready` is written last: what an interrupted installation left behind is not used but thrown away.
        if not ready.exists():
            print(f"installing requirements-{name}.lock into {target}", file=sys.stderr)
            shutil.rmtree(target, ignore_errors=True)
            venv.create(target, with_pip=True)
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            install += ["--require-hashes", "--no-deps", "-r", ROOT / f"requirements-{name}.lock"]
            subprocess.run(install, check=True, stdout=sys.stderr)
            ready.touch()
    return python


if __name__ == "__main__":
    print(ensure(*sys.argv[1:2]))
