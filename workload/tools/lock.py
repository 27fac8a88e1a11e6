"""Rewrite the hashed lock files from pyproject.toml: `<venv>/bin/python tools/lock.py`, with the test venv."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each lock installs alone. `--universal` makes one file good for every Python from 3.11 and every laptop.
LOCKS = {
    "requirements-cpu.lock": ["gs", "azure"],
    "requirements-cuda.lock": ["gs", "azure", "train", "cuda12"],
    "requirements-cuda13.lock": ["gs", "azure", "train", "cuda13"],
    "requirements-test.lock": ["gs", "azure", "train", "cuda12", "test"],
    "requirements-bench.lock": ["gs", "azure", "bench"],
}


def main() -> int:
    for lock, extras in LOCKS.items():
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "pyproject.toml",
            "--output-file",
            lock,
            "--quiet",
        ]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        command += ["--no-emit-find-links", "--custom-compile-command", "python tools/lock.py"]
        command += [word for extra in extras for word in ("--extra", extra)]
        subprocess.run(command, cwd=ROOT, check=True)
        print(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
