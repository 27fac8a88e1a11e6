"""The processes of a run: which one this is, and how they agree."""

import os
from typing import Any, NamedTuple

import torch
import torch.distributed as dist


class World(NamedTuple):
    """`rank` of `size` processes over all nodes, `local_rank` of `local_size` on this one."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1

    @classmethod
    def from_environment(cls) -> "World":
        # RANK and WORLD_SIZE count processes only beside LOCAL_RANK; some platforms set them per node.
        if "LOCAL_RANK" not in os.environ:
            return cls()
        names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
        return cls(*(int(os.environ.get(name, 1)) for name in names))

    @property
    def leads(self) -> bool:
        """True for the one process that writes."""
        return self.rank == 0

    def join(self, at: torch.device) -> None:
        if self.size > 1:
            dist.init_process_group("nccl" if at.type == "cuda" else "gloo")

    def leave(self) -> None:
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()

    def wait(self) -> None:
        if self.size > 1:
            dist.barrier()

    def told_by_leader(self, value: Any) -> Any:
        """The leader's value, on every process."""
        if self.size == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, 0)
        return box[0]

    def any_of(self, flags: list[bool], at: torch.device) -> list[bool]:
        """Each flag that any process raised."""
        if self.size == 1:
            return flags
        tensor = torch.tensor(flags, dtype=torch.int32, device=at)
        dist.all_reduce(tensor, dist.ReduceOp.MAX)
        return [bool(flag) for flag in tensor.tolist()]

    def total(self, counts: torch.Tensor) -> torch.Tensor:
        """The sum over all processes, in place."""
        if self.size > 1:
            dist.all_reduce(counts)
        return counts
