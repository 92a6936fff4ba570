"""The encoder that the peers train: torchvision's ResNet-18 with the CIFAR stem, at any width, and a linear head."""

import torch
from torch import nn
from torchvision.models.resnet import BasicBlock


class Encoder(nn.Module):
    """A 3×3 stem of stride 1, no max-pool, four stages of two torchvision blocks, average pooling, a linear head.

    At width 64 the backbone is `torchvision.models.resnet18` with `conv1` and `maxpool` exchanged, parameter by
    parameter; torchvision offers no other width for basic blocks.
    """

    def __init__(self, width: int, dimension: int, channels: int = 3) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        inputs = width
        for stage in range(4):
            outputs, stride = width << stage, 1 if stage == 0 else 2
            shortcut = None
            if stride != 1:
                shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            blocks = nn.Sequential(BasicBlock(inputs, outputs, stride, shortcut), BasicBlock(outputs, outputs))
            setattr(self, f"layer{stage + 1}", blocks)
            inputs = outputs
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.projector = nn.Linear(inputs, dimension, bias=False)

    def features(self, images: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.bn1(self.conv1(images)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.avgpool(x).flatten(1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.projector(self.features(images))
