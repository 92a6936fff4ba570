#!/usr/bin/env python3
"""Records what PyTorch makes of ten training steps, for Tests/NeuralNetworkTests to reproduce.

usage: record.py FOLDER     (FOLDER is Tests/NeuralNetworkTests/Fixtures)

Writes parity.safetensors (initial weights of a ResNet-18 of width 4, its heads and a predictor) and parity.json (loss
and gradient norm of every step of each case, features in evaluation mode after the last, and optimisers' trajectories).
Needs PyTorch (recorded with 2.13.0, CPU, one thread) and NumPy.
"""

import json
import math
import pathlib
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

WIDTH, SIDE, CHANNELS, DIMENSION, HIDDEN, BATCH, STEPS, WARMUP = 4, 10, 3, 8, 12, 32, 10, 2


def noise(count, stream):
    """Uniform in [-.5, .5) by the finaliser of MurmurHash3 on a counter, which the Swift test repeats."""
    x = numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(stream * 1_000_003)
    x &= numpy.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x ^= x >> numpy.uint64(shift)
        x = (x * numpy.uint64(factor)) & numpy.uint64(0xFFFFFFFF)
    x ^= x >> numpy.uint64(16)
    return ((x >> numpy.uint64(8)).astype(numpy.float32) * numpy.float32(2**-24)) - numpy.float32(0.5)


def view(step, which):
    """View `which` of the batch of `step` (from 1), NCHW: what both views share, and some noise of its own."""
    count = BATCH * SIDE * SIDE * CHANNELS
    images = 2 * noise(count, 10 * step) + noise(count, 10 * step + 1 + which)
    images = torch.from_numpy(images.reshape(BATCH, SIDE, SIDE, CHANNELS)).permute(0, 3, 1, 2).contiguous()
    return images.to(torch.get_default_dtype())


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        x = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(x)) + shortcut)


class Encoder(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.conv1 = nn.Conv2d(CHANNELS, WIDTH, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        inputs = WIDTH
        for stage in range(4):
            outputs = WIDTH << stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(
                BasicBlock(inputs, outputs, 1 if stage == 0 else 2), BasicBlock(outputs, outputs, 1)))
            inputs = outputs
        if head == "mlp":
            self.projector = nn.Sequential(
                nn.Linear(8 * WIDTH, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(),
                nn.Linear(HIDDEN, DIMENSION, bias=False))
        else:
            self.projector = nn.Linear(8 * WIDTH, DIMENSION, bias=False)
        self.output_norm = nn.BatchNorm1d(DIMENSION, affine=False) if head == "normalised" else nn.Identity()

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv1(x)))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        features = x.mean((2, 3))
        return features, self.output_norm(self.projector(features))


def barlow_twins(first, second, weight, scale, per_dimension):
    standardise = nn.BatchNorm1d(DIMENSION, affine=False)
    correlation = standardise(first).T @ standardise(second) / BATCH
    diagonal = torch.diagonal(correlation)
    loss = (1 - diagonal).pow(2).sum() + weight * (correlation.pow(2).sum() - diagonal.pow(2).sum())
    return scale * loss / (DIMENSION if per_dimension else 1)


def sim_siam(predictor, first, second):
    return -0.5 * (functional.cosine_similarity(predictor(first), second.detach()).mean()
                   + functional.cosine_similarity(predictor(second), first.detach()).mean())


def learning_rate(base, step):
    if step < WARMUP:
        return base * (step + 1) / WARMUP
    return base * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP)))


def run(case, weights):
    """The case in single precision, which is what is recorded, checked to be no matter of rounding."""
    result, exact = train(case, weights, torch.float32), train(case, weights, torch.float64)
    for step, (loss, reference) in enumerate(zip(result["losses"], exact["losses"]), 1):
        if abs(loss - reference) > 1e-5 * max(abs(reference), 0.1):
            sys.exit(f"{case['name']}: single precision leaves double at step {step} ({loss}, {reference}); "
                     "take a lower learning rate")
    return result


def train(case, weights, dtype):
    torch.set_default_dtype(dtype)
    encoder = Encoder(case["head"])
    predictor = nn.Linear(DIMENSION, DIMENSION, bias=False)
    encoder.load_state_dict({k: v for k, v in weights.items() if k in encoder.state_dict()}, strict=False)
    predictor.load_state_dict({"weight": weights["predictor.weight"]})
    groups = [{"params": list(encoder.parameters()), "multiplier": 1, "fixed": False}]
    if case["method"] == "simsiam":
        groups.append({"params": list(predictor.parameters()), "multiplier": case["multiplier"], "fixed": case["fixed"]})
    if case["optimiser"] == "sgd":
        optimiser = torch.optim.SGD(groups, lr=case["rate"], momentum=0.9, weight_decay=case["decay"])
    else:
        optimiser = torch.optim.AdamW(groups, lr=case["rate"], weight_decay=case["decay"])
    losses, norms = [], []
    for step in range(STEPS):
        for group in optimiser.param_groups:
            rate = case["rate"] if group["fixed"] else learning_rate(case["rate"], step)
            group["lr"] = rate * group["multiplier"]
        first, second = (encoder(view(step + 1, which))[1] for which in (0, 1))
        if case["method"] == "simsiam":
            loss = sim_siam(predictor, first, second)
        else:
            loss = barlow_twins(first, second, case["lambda"], case["scale"], case["perDimension"])
        optimiser.zero_grad()
        loss.backward()
        gradients = [p.grad for group in optimiser.param_groups for p in group["params"]]
        norms.append(math.sqrt(sum(g.double().pow(2).sum().item() for g in gradients)))
        losses.append(loss.item())
        optimiser.step()
    encoder.eval()
    with torch.no_grad():
        features, outputs = encoder(view(99, 0)[:4])
    return {**case, "losses": losses, "gradientNorms": norms, "features": features.flatten().tolist(),
            "outputs": outputs.flatten().tolist()}


def optimiser_trajectory(name):
    """Five steps of three parameters, the gradients being cosines of the step and the index."""
    torch.set_default_dtype(torch.float32)
    parameter = nn.Parameter(torch.tensor([1.0, -2.0, 0.5]))
    if name == "sgd":
        optimiser = torch.optim.SGD([parameter], lr=0.1, momentum=0.9, weight_decay=0.01)
    else:
        optimiser = torch.optim.AdamW([parameter], lr=0.1, weight_decay=0.05)
    rows = []
    for step in range(5):
        parameter.grad = torch.tensor([math.cos(3 * step + i) for i in range(3)])
        optimiser.step()
        rows.append(parameter.detach().tolist())
    return rows


def save(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)
    torch.manual_seed(0)
    weights = {}
    for head in ("linear", "mlp", "normalised"):
        for name, tensor in Encoder(head).state_dict().items():
            if not name.endswith("num_batches_tracked"):
                weights.setdefault(name, tensor)
    weights["predictor.weight"] = nn.Linear(DIMENSION, DIMENSION, bias=False).weight
    save(folder / "parity.safetensors", weights)
    cases = [
        {"name": "Barlow Twins, SGD", "method": "barlow", "head": "linear", "lambda": 0.02, "scale": 0.5,
         "perDimension": False, "optimiser": "sgd", "rate": 0.001, "decay": 5e-3},
        {"name": "Barlow Twins, MLP, AdamW", "method": "barlow", "head": "mlp", "lambda": 0.005, "scale": 1,
         "perDimension": True, "optimiser": "adamw", "rate": 5e-5, "decay": 0.05},
        {"name": "SimSiam, SGD", "method": "simsiam", "head": "linear", "multiplier": 10, "fixed": False,
         "optimiser": "sgd", "rate": 0.002, "decay": 1e-3},
        {"name": "SimSiam, normalised, fixed predictor rate", "method": "simsiam", "head": "normalised",
         "multiplier": 20, "fixed": True, "optimiser": "sgd", "rate": 0.0005, "decay": 1e-3},
    ]
    record = {
        "torch": torch.__version__, "cases": [run(case, weights) for case in cases],
        "sgd": optimiser_trajectory("sgd"), "adamw": optimiser_trajectory("adamw")}
    (folder / "parity.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
