"""How many CPUs this container may use."""

import os
from pathlib import Path

CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def cpus(wanted: int | None, limit: Path = CGROUP_LIMIT) -> int:
    """ML_CPU_THREADS, else the cgroup's limit. torch and ONNX Runtime would count the host's cores."""
    if wanted:
        return wanted
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = limit.read_text().split()
        return max(1, min(count, int(quota) // int(period)))
    except (OSError, ValueError):
        # No cgroup v2, or "max": no limit.
        return count
