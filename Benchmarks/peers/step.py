#!/usr/bin/env python3
"""A training step in PyTorch: both views forward, loss, backward, update. Prints one JSON object.

The views are random numbers made once: making views is measured by views.py. Both views go forward one after the
other, so that each is normalised by its own statistics, as in the papers.

example: step.py --method barlow-twins --width 64 --side 32 --pairs 128 --dimension 2048 --threads 2
"""

import argparse
import contextlib
from collections.abc import Callable

import measure
import torch
from network import Encoder
from objectives import barlow_twins, sim_siam
from torch import nn


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", choices=["barlow-twins", "simsiam"], default="barlow-twins")
    parser.add_argument("--width", type=int, default=64, help="channels of the first stage (64)")
    parser.add_argument("--side", type=int, default=32, help="pixels of a side of a view (32)")
    parser.add_argument("--pairs", type=int, default=128, help="pairs of views a step (128)")
    parser.add_argument("--dimension", type=int, default=2048, help="d, what the head puts out (2048)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--format", choices=["contiguous", "channels-last"], default="channels-last")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="bf16: autocast")
    parser.add_argument("--warmups", type=int, default=2, help="steps before time is taken (2)")
    parser.add_argument("--steps", type=int, default=5, help="steps to take at least (5)")
    parser.add_argument("--seconds", type=float, default=0, help="and as many more as fit into this (0)")
    parser.add_argument("--wait", action="store_true", help="after the warm-up say “ready” and wait for a line")
    parser.add_argument("--json", action="store_true", help="the default, and the only form")
    return parser.parse_args()


def make_step(options: argparse.Namespace) -> Callable[[], None]:
    form = torch.channels_last if options.format == "channels-last" else torch.contiguous_format
    encoder = Encoder(options.width, options.dimension).to(memory_format=form)
    views = [torch.randn(options.pairs, 3, options.side, options.side).to(memory_format=form) for _ in range(2)]
    parameters = list(encoder.parameters())
    if options.method == "simsiam":
        predictor = nn.Linear(options.dimension, options.dimension, bias=False)
        parameters += predictor.parameters()
        optimiser = torch.optim.SGD(parameters, lr=0.01, momentum=0.9, weight_decay=5e-4, fused=True)
    else:
        optimiser = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=1e-4, fused=True)

    def autocast() -> contextlib.AbstractContextManager:
        return torch.autocast("cpu", torch.bfloat16) if options.precision == "bf16" else contextlib.nullcontext()

    def step() -> None:
        with autocast():
            first, second = (encoder(view) for view in views)
            loss = sim_siam(predictor, first, second) if options.method == "simsiam" else barlow_twins(first, second)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if not torch.isfinite(loss):
            raise SystemExit("step.py: the loss is not finite; what was timed is no training step")

    return step


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    before = measure.resident_bytes()
    times = measure.repeat(make_step(options), options.warmups, options.steps, options.seconds, options.wait)
    seconds = measure.spread(times)
    settings = {
        name: getattr(options, name)
        for name in ("method", "width", "side", "pairs", "dimension", "threads", "format", "precision")
    }
    measure.report(
        "step",
        {
            **settings,
            "pairsPerSecond": options.pairs / seconds["median"],
            "stepSeconds": seconds,
            "steps": len(times),
            "libraryBytes": before,
        },
        ["torch", "torchvision"],
    )


if __name__ == "__main__":
    main()
