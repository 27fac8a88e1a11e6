"""How good a model is on the validation images: top-1, top-5 and who is taken for whom."""

from typing import NamedTuple

import torch
from torch import nn

from .loader import Images, batches
from .sampling import evaluation
from .world import World


class Evaluation(NamedTuple):
    """`confusion[i][j]` counts images of class i that the model called class j."""

    top1: float
    top5: float
    images: int
    confusion: list[list[int]]


def evaluate(net: nn.Module, images: Images, classes: int, world: World, at: torch.device, workers: int) -> Evaluation:
    """Every process takes its share; all of them get the whole result."""
    confusion = torch.zeros(classes, classes, dtype=torch.int64, device=at)
    in_top5 = torch.zeros(1, dtype=torch.int64, device=at)
    net.eval()
    with torch.inference_mode():
        for x, y in batches(images, evaluation(len(images), world.rank, world.size), workers, at.type == "cuda"):
            y = y.to(at)
            best = net(x.to(at)).topk(min(5, classes)).indices
            confusion.index_put_((y, best[:, 0]), torch.ones_like(y), accumulate=True)
            in_top5 += (best == y[:, None]).any(1).sum()
    world.total(confusion)
    world.total(in_top5)
    count = int(confusion.sum())
    right = int(confusion.diagonal().sum())
    return Evaluation(right / count, int(in_top5) / count, count, confusion.tolist())
