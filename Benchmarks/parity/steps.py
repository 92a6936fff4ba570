#!/usr/bin/env python3
"""Records PyTorch's losses from initial weights and views that this project's tests exported.

usage: steps.py FOLDER... --output parity-steps.json

Each folder is a case and holds case.json (method, sizes, optimiser, schedule), initial.safetensors (every tensor of the
encoder and, for SimSiam, predictor.weight) and views.npy (steps × 2 × pairs × side × side × channels numbers, float32). What is
recorded is small: losses and gradient norms in single precision, the losses in double, and digests of what went in.
The tests make weights and views again from the case's seed and train on them.
"""

import argparse
import hashlib
import json
import math
import sys
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from network import Encoder  # noqa: E402
from objectives import barlow_twins, sim_siam  # noqa: E402

# Steps whose losses must agree to 1e-4, and what that asks of a case: both are relative to the loss.
COMPARED, LARGEST_ROUNDING, LEAST_TRAINING = 10, 3e-5, 1e-2


def learning_rate(case: dict[str, object], step: int) -> float:
    """Linear warm-up, then half a cosine, `step` counting from 0."""
    warmup, steps, base = case["warmupSteps"], case["steps"], case["learningRate"]
    if step < warmup:
        return base * (step + 1) / warmup
    return base * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def load(module: nn.Module, tensors: dict[str, torch.Tensor], source: Path) -> None:
    """All parameters and statistics but the count of batches, which only PyTorch keeps."""
    result = module.load_state_dict(tensors, strict=False)
    missing = [name for name in result.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or result.unexpected_keys:
        sys.exit(f"{source}: missing are {missing}, unknown are {result.unexpected_keys}")


def train(folder: Path, case: dict[str, object], dtype: torch.dtype, steps: int) -> tuple[list[float], list[float]]:
    """Loss and norm of the gradient of each step."""
    tensors = {name: value.to(dtype) for name, value in load_file(folder / "initial.safetensors").items()}
    views = torch.from_numpy(numpy.load(folder / "views.npy")).to(dtype)
    shape = (case["steps"], 2, case["pairs"], case["side"], case["side"], case["channels"])
    if views.numel() != math.prod(shape):
        sys.exit(f"{folder / 'views.npy'} has {views.numel()} numbers; case.json says {shape}")
    views = views.reshape(shape)
    encoder = Encoder(case["width"], case["dimension"], case["channels"]).to(dtype)
    predictor = nn.Linear(case["dimension"], case["dimension"], bias=False, dtype=dtype)
    groups = [{"params": list(encoder.parameters()), "multiplier": 1.0, "follows": True}]
    if case["method"] == "simsiam":
        load(predictor, {"weight": tensors.pop("predictor.weight")}, folder)
        groups.append(
            {
                "params": list(predictor.parameters()),
                "multiplier": case["predictorLearningRateMultiplier"],
                "follows": case["predictorCosine"],
            }
        )
    load(encoder, tensors, folder)
    if case["optimiser"] == "sgd":
        optimiser = torch.optim.SGD(groups, lr=0.0, momentum=case["momentum"], weight_decay=case["weightDecay"])
    else:
        optimiser = torch.optim.AdamW(groups, lr=0.0, weight_decay=case["weightDecay"])
    losses, norms = [], []
    for step in range(steps):
        for group in optimiser.param_groups:
            rate = learning_rate(case, step) if group["follows"] else case["learningRate"]
            group["lr"] = rate * group["multiplier"]
        first, second = (encoder(views[step, which].permute(0, 3, 1, 2)) for which in (0, 1))
        if case["method"] == "simsiam":
            loss = sim_siam(predictor, first, second)
        else:
            factor = case["scale"] / (case["dimension"] if case["perDimension"] else 1)
            loss = factor * barlow_twins(first, second, case["lambda"])
        optimiser.zero_grad()
        loss.backward()
        gradients = [parameter.grad for group in optimiser.param_groups for parameter in group["params"]]
        norms.append(math.sqrt(sum(gradient.double().pow(2).sum().item() for gradient in gradients)))
        losses.append(loss.item())
        optimiser.step()
    return losses, norms


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def record(folder: Path) -> dict[str, object]:
    """The case with PyTorch's figures, checked to be no matter of rounding, and to be a matter of training."""
    case = json.loads((folder / "case.json").read_text())
    losses, norms = train(folder, case, torch.float32, case["steps"])
    exact, _ = train(folder, case, torch.float64, COMPARED)
    untrained, _ = train(folder, case | {"learningRate": 0.0}, torch.float32, COMPARED)

    def greatest(others: list[float]) -> float:
        return max(abs(loss - other) / abs(loss) for loss, other in zip(losses[:COMPARED], others, strict=True))

    rounding, training = greatest(exact), greatest(untrained)
    print(
        f"{case['name']}: loss {losses[0]:.4g} to {losses[-1]:.4g}; in the first {COMPARED} steps single precision "
        f"leaves double by up to {rounding:.1e}, training changes the loss by up to {training:.1e}"
    )
    if rounding > LARGEST_ROUNDING:
        sys.exit(f"{case['name']}: rounding alone would spoil a comparison to 1e-4; take a lower learning rate")
    if training < LEAST_TRAINING:
        sys.exit(f"{case['name']}: a network that does not learn would pass; take a higher learning rate")
    return {
        **case,
        "losses": losses,
        "gradientNorms": norms,
        "doubleLosses": exact,
        "initialDigest": digest(folder / "initial.safetensors"),
        "viewsDigest": digest(folder / "views.npy"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--output", type=Path, required=True, help="the JSON file to write")
    options = parser.parse_args()
    cases = [record(folder) for folder in options.folders]
    options.output.write_text(json.dumps({"torch": torch.__version__, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
