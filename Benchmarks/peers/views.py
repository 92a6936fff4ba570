#!/usr/bin/env python3
"""Random views by torchvision v2, an image at a time. Prints one JSON object.

The policy is the default of this project's `AugmentationPolicy`, and every image draws its own crop and colours, which
torchvision's transforms do only where they are called for one image at a time.

example: views.py --side 32 --input tensor
"""

import argparse

import measure
import torch
from torchvision.transforms import v2

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def policy(side: int, as_floats: list[v2.Transform], late: list[v2.Transform]) -> v2.Compose:
    """Crop, flip, jitter, greyscale, normalise; `as_floats` goes first or `late` just before the normalisation."""
    jitter = v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1)
    return v2.Compose(
        [
            *as_floats,
            v2.RandomResizedCrop(side, scale=(0.08, 1), ratio=(3 / 4, 4 / 3), antialias=True),
            v2.RandomHorizontalFlip(0.5),
            v2.RandomApply([jitter], 0.8),
            v2.RandomGrayscale(0.2),
            *late,
            v2.Normalize(MEAN, DEVIATION),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=32, help="pixels of a side of image and view (32)")
    parser.add_argument(
        "--input",
        choices=["pillow", "bytes", "floats"],
        default="pillow",
        help="what goes through the policy: Pillow images, or tensors of either kind (pillow)",
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--views", type=int, default=500, help="views of a repetition (500)")
    parser.add_argument("--warmups", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--wait", action="store_true", help="after the warm-up say “ready” and wait for a line")
    parser.add_argument("--json", action="store_true", help="the default, and the only form")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    tensors = torch.randint(0, 256, (options.views, 3, options.side, options.side), dtype=torch.uint8)
    to_float = v2.ToDtype(torch.float32, scale=True)
    if options.input == "pillow":
        images, transform = (
            [v2.ToPILImage()(image) for image in tensors],
            policy(options.side, [], [v2.ToImage(), to_float]),
        )
    elif options.input == "bytes":
        images, transform = list(tensors), policy(options.side, [], [to_float])
    else:
        images, transform = list(tensors), policy(options.side, [to_float], [])

    def repetition() -> None:
        for image in images:
            view = transform(image)
        if view.shape != (3, options.side, options.side) or view.dtype != torch.float32:
            raise SystemExit(f"views.py: a view came out as {view.dtype} {tuple(view.shape)}")

    times = measure.repeat(repetition, options.warmups, options.repetitions, options.seconds, options.wait)
    rates = measure.spread([options.views / seconds for seconds in times])
    measure.report(
        "views",
        {
            "side": options.side,
            "input": options.input,
            "threads": options.threads,
            "viewsPerSecond": rates,
            "viewsPerSecondPerCore": rates["median"] / options.threads,
        },
        ["torch", "torchvision", "pillow"],
    )


if __name__ == "__main__":
    main()
