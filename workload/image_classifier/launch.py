"""`train`: one process, or torchrun with static rendezvous when there are more."""

import os

from .errors import DONE, FAILED, INTERRUPTED, MISCONFIGURED
from .rendezvous import rendezvous
from .settings import Settings
from .threads import cpus


def train(settings: Settings) -> int:
    """Run this node's share of the training and return the exit status that its processes agree on."""
    import torch

    at = rendezvous(os.environ)
    processes = settings.nproc or (settings.device != "cpu" and torch.cuda.device_count()) or 1
    # With LOCAL_RANK the platform has started one process per GPU itself.
    if "LOCAL_RANK" in os.environ or at.nnodes * processes == 1:
        from .training import run

        return run(settings)

    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.run import parse_args
    from torch.distributed.run import run as torchrun

    # torchrun would set it to 1 and say so at length.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cpus(settings.cpu_threads) // processes)))
    arguments = ["--nnodes", str(at.nnodes), "--node-rank", str(at.node_rank)]
    arguments += ["--nproc-per-node", str(processes), "--max-restarts", "0"]
    arguments += ["--master-addr", at.master_addr, "--master-port", str(at.master_port)]
    try:
        torchrun(parse_args([*arguments, "-m", "image_classifier", "worker"]))
    except SignalException:
        return INTERRUPTED
    except ChildFailedError as error:
        return status_of({failure.exitcode for failure in error.failures.values()})
    return DONE


def status_of(children: set[int]) -> int:
    """A mistake that one process found beats an interruption that another answered, and that beats a crash."""
    return next((status for status in (MISCONFIGURED, INTERRUPTED) if status in children), FAILED)
