"""The two losses, as their papers have them."""

import torch
from torch import nn
from torch.nn import functional


def barlow_twins(first: torch.Tensor, second: torch.Tensor, weight: float = 5e-3) -> torch.Tensor:
    first, second = (functional.batch_norm(z, None, None, training=True) for z in (first, second))
    correlation = first.T @ second / len(first)
    diagonal = torch.diagonal(correlation)
    return (1 - diagonal).pow(2).sum() + weight * (correlation.pow(2).sum() - diagonal.pow(2).sum())


def sim_siam(predictor: nn.Module, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return -0.5 * (
        functional.cosine_similarity(predictor(first), second.detach()).mean()
        + functional.cosine_similarity(predictor(second), first.detach()).mean()
    )
