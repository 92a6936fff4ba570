#!/usr/bin/env python3
"""Loads a trained checkpoint into torchvision's ResNet-18 with the CIFAR stem and compares features with ours.

The checkpoint is a safetensors file of this project, images.npy holds count × side × side × channels numbers, scaled
as in training, and features.npy what our encoder makes of them: count × 8·width. At width 64 the network is
torchvision.models.resnet18; for other widths, which torchvision has not, it is built of torchvision's blocks.

example: features.py --checkpoint epoch-20.safetensors --images images.npy --features features.npy
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy
import torch
import torchvision
from safetensors.torch import load_file
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from network import Encoder  # noqa: E402

HEADS = ("projector.", "output_norm.", "predictor.")


def backbone(width: int, channels: int) -> nn.Module:
    if width != 64:
        network = Encoder(width, 1, channels)
        network.projector = nn.Identity()
        return network
    network = torchvision.models.resnet18(weights=None)
    network.conv1 = nn.Conv2d(channels, 64, 3, 1, 1, bias=False)
    network.maxpool = network.fc = nn.Identity()
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--tolerance", type=float, default=1e-3, help="of the largest feature (1e-3)")
    parser.add_argument("--record", type=Path, help="also write PyTorch's features there, as JSON")
    options = parser.parse_args()
    tensors = {name: value for name, value in load_file(options.checkpoint).items() if not name.startswith(HEADS)}
    if "conv1.weight" not in tensors:
        sys.exit(f"{options.checkpoint} holds no conv1.weight; it is no checkpoint of an encoder")
    width, channels = tensors["conv1.weight"].shape[:2]
    network = backbone(width, channels)
    result = network.load_state_dict(tensors, strict=False)
    missing = [name for name in result.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or result.unexpected_keys:
        sys.exit(f"{options.checkpoint}: missing are {missing}, unknown are {result.unexpected_keys}")
    ours = numpy.load(options.features)
    images = torch.from_numpy(numpy.load(options.images)).flatten()
    side = math.isqrt(len(images) // (len(ours) * channels))
    if len(images) != len(ours) * side * side * channels:
        sys.exit(f"{options.images} does not hold {len(ours)} square images of {channels} channels")
    images = images.reshape(len(ours), side, side, channels).permute(0, 3, 1, 2)
    network.eval()
    with torch.inference_mode():
        theirs = network(images).numpy()
    if ours.shape != theirs.shape:
        sys.exit(f"{options.features} has the shape {ours.shape}; PyTorch's features have {theirs.shape}")
    largest = float(abs(theirs).max())
    error = float(abs(ours - theirs).max()) / largest
    if options.record:
        rows = [[float(f"{value:.6g}") for value in row] for row in theirs]
        record = {"torch": torch.__version__, "torchvision": torchvision.__version__, "width": width, "features": rows}
        options.record.write_text(json.dumps(record) + "\n")
    agrees = error <= options.tolerance  # False for NaN
    print(
        json.dumps(
            {
                "images": len(theirs),
                "width": width,
                "largestFeature": largest,
                "relativeError": error,
                "tolerance": options.tolerance,
                "agrees": agrees,
            }
        )
    )
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
