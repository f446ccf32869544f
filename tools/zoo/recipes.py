"""Which models there are, and how each is trained."""

from typing import Callable, NamedTuple, Optional

import models
from datasets import CIFAR10, FASHION_MNIST, GREY_CIFAR10, DataSet


class Recipe(NamedTuple):
    """How a model is trained: one cycle of the learning rate over the epochs, flips and shifts of the images."""
    build: Callable
    data: DataSet
    sizes: tuple  # Height and width that the images are shrunk to, per epoch: small ones are quick.
    optimizer: str  # sgd (momentum 0.9, Nesterov) or adamw
    rate: float  # highest learning rate
    decay: float  # weight decay
    images: Optional[int] = None  # per epoch, drawn anew; all if none is said. Short epochs lose less when interrupted.
    batch: int = 128
    shift: int = 2  # most pixels that an image is moved by
    begun: Optional[str] = None  # the model whose weights it begins with, a published one in the place of a vendor's
    endings: tuple = ("",)  # of its files' names; the second is exported as it was trained, with nothing folded

    def epochs(self, count):
        """The sizes of `count` epochs: the last ones, which are the largest."""
        longer = max(0, (count or 0) - len(self.sizes))
        sizes = self.sizes + self.sizes[-1:] * longer
        return sizes[-count:] if count else sizes


RECIPES = {
    "resnet20-fmnist": Recipe(
        lambda: models.ResNet(1, (16, 32, 64), 3), FASHION_MNIST, (28,) * 15, "sgd", 0.1, 5e-4, endings=("", "-bn")),
    "vit-fmnist": Recipe(
        models.VisionTransformer, FASHION_MNIST, (28,) * 15, "adamw", 1e-3, 0.05, endings=("", "-named")),
    "vgg11-fmnist": Recipe(
        models.Vgg11, FASHION_MNIST, (14,) * 3 + (28,) * 6, "sgd", 0.05, 5e-4, images=20000),
    "mobilenetv2-fmnist": Recipe(
        models.MobileNetV2, FASHION_MNIST, (14,) * 6 + (28,) * 12, "sgd", 0.1, 1e-4, images=20000),
    "resnet18-cifar10": Recipe(
        lambda: models.ResNet(3, (64, 128, 256, 512), 2), CIFAR10, (32,) * 12, "sgd", 0.1, 5e-4, shift=4),
    "resnet20-public": Recipe(
        lambda: models.ResNet(1, (16, 32, 64), 3), GREY_CIFAR10, (14,) * 4 + (28,) * 8, "sgd", 0.1, 5e-4,
        images=20000, endings=("", "-bn")),
    "resnet20-descendant": Recipe(
        lambda: models.ResNet(1, (16, 32, 64), 3), FASHION_MNIST, (28,) * 5, "sgd", 0.02, 5e-4,
        images=20000, begun="resnet20-public", endings=("", "-bn")),
}
