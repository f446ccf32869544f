"""The architectures, for images of 28x28 or 32x32 pixels and ten classes; all map [batch, channels, h, w] to logits."""

import torch
from torch import nn
from torch.nn import functional


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down = None
        if stride > 1 or inputs != outputs:
            self.down = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return functional.relu(y + (x if self.down is None else self.down(x)))


class ResNet(nn.Module):
    """He et al. 2015. ResNet-20: widths 16, 32, 64 with three blocks each; ResNet-18: 64 to 512 with two.

    Both in their form for small images: a 3x3 stem of stride 1, no pooling before the blocks.
    """

    def __init__(self, channels, widths, blocks):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        layers, before = [], widths[0]
        for width in widths:
            for block in range(blocks):
                layers.append(ResidualBlock(before, width, 2 if block == 0 and width != widths[0] else 1))
                before = width
        self.layers = nn.Sequential(*layers)
        self.fc = nn.Linear(before, 10)

    def forward(self, x):
        x = self.layers(functional.relu(self.bn1(self.conv1(x))))
        return self.fc(functional.adaptive_avg_pool2d(x, 1).flatten(1))


class VisionTransformer(nn.Module):
    """Dosovitskiy et al. 2020, small: patches of 4x4, width 64, four blocks of four heads, mean instead of a token."""

    width, heads = 64, 4

    def __init__(self):
        super().__init__()
        width = self.width
        self.p = nn.Conv2d(1, width, 4, 4)
        self.pos = nn.Parameter(torch.randn(1, 49, width) * 0.02)
        self.blocks = nn.ModuleList(nn.ModuleDict({
            "n1": nn.LayerNorm(width),
            "qkv": nn.Linear(width, 3 * width),
            "o": nn.Linear(width, width),
            "n2": nn.LayerNorm(width),
            "f1": nn.Linear(width, 4 * width),
            "f2": nn.Linear(4 * width, width),
        }) for _ in range(4))
        self.n = nn.LayerNorm(width)
        self.fc = nn.Linear(width, 10)

    def forward(self, x):
        x = self.p(x).flatten(2).transpose(1, 2) + self.pos
        for block in self.blocks:
            x = x + block["o"](self.attend(block, x))
            x = x + block["f2"](functional.gelu(block["f1"](block["n2"](x))))
        return self.fc(self.n(x).mean(1))

    def attend(self, block, x):
        # The shape is asked for rather than known, so that the export holds the Shape, Gather and Reshape nodes
        # that exported transformers have.
        batch, tokens, width = x.shape
        projected = block["qkv"](block["n1"](x))
        size = width // self.heads
        q, k, v = projected.reshape(batch, tokens, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) / size ** 0.5).softmax(-1)
        return (weights @ v).transpose(1, 2).reshape(batch, tokens, width)


class Vgg11(nn.Module):
    """Simonyan and Zisserman 2014, configuration A with batch norm and a head of 4096: 28 M weights, as in NNSplitter.

    Without its padding the third pooling would leave 3x3 and the last convolutions would see one pixel and zeros.
    """

    def __init__(self):
        super().__init__()
        layers, before = [], 1
        for width, pooling in (64, 0), (128, 0), (256, None), (256, 1), (512, None), (512, 0), (512, None), (512, None):
            layers += [nn.Conv2d(before, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(True)]
            layers += [] if pooling is None else [nn.MaxPool2d(2, 2, pooling)]
            before = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(512, 4096), nn.ReLU(True), nn.Linear(4096, 4096), nn.ReLU(True), nn.Linear(4096, 10))

    def forward(self, x):
        x = self.features(x)
        if x.shape[-1] > 1:  # Shrunk images are one pixel by now.
            x = functional.max_pool2d(x, 2)
        return self.classifier(x.flatten(1))


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        layers = convolution(inputs, hidden, 1) if expansion > 1 else []
        layers += convolution(hidden, hidden, 3, stride, groups=hidden)
        layers += convolution(hidden, outputs, 1)[:2]
        self.layers = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


class MobileNetV2(nn.Module):
    """Sandler et al. 2018 with a stem of stride 1, as is usual for small images."""

    stages = (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)

    def __init__(self):
        super().__init__()
        layers, before = convolution(1, 32, 3), 32
        for expansion, width, count, stride in self.stages:
            for block in range(count):
                layers.append(InvertedResidual(before, width, stride if block == 0 else 1, expansion))
                before = width
        self.features = nn.Sequential(*layers, *convolution(before, 1280, 1))
        self.fc = nn.Linear(1280, 10)

    def forward(self, x):
        return self.fc(functional.adaptive_avg_pool2d(self.features(x), 1).flatten(1))


def convolution(inputs, outputs, size, stride=1, groups=1):
    return [
        nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(True),
    ]
