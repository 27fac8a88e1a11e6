"""Lint, type check and test the package in the shared environment, which is made first if need be.

`python3 workload/tools/test.py` runs everything and ends with pytest's closing line; `… test.py unit` is the inner
loop: seconds, no torch.
"""

import subprocess
import sys

from environment import ROOT, ensure

LAYERS = ("unit", "endpoint", "model", "end_to_end")


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - set(LAYERS):
        print(f"layers are {', '.join(LAYERS)}, got {', '.join(sorted(unknown))}", file=sys.stderr)
        return 64
    python = str(ensure("test"))
    checks = [
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "-m", "mypy"],
        [python, "-m", "pytest", "--durations=5", *(f"tests/{layer}" for layer in wanted or LAYERS)],
    ]
    # The first failure ends it: a closing line of green tests under a lint error would be read as a pass.
    for check in checks:
        if status := subprocess.run(check, cwd=ROOT, check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
