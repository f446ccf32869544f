"""Training, one checkpoint per epoch."""

import pickle
import time

import torch
from torch.nn import functional

from files import replacing


class Trainer:
    """Trains a recipe's model; an interrupted run goes on after its last whole epoch, to the same result."""

    def __init__(self, name, recipe, settings, checkpoint):
        self.name, self.recipe, self.settings, self.checkpoint = name, recipe, settings, checkpoint
        self.sizes = recipe.epochs(settings["epochs"])
        torch.manual_seed(settings["seed"])
        # Channels last is the layout that oneDNN computes in.
        self.model = recipe.build().to(memory_format=torch.channels_last)
        self.optimizer = self.make_optimizer()
        self.epoch = 0
        if checkpoint.exists():
            self.load()
        elif recipe.begun:
            self.begin_with(checkpoint.with_name(f"{recipe.begun}.pt"))

    def make_optimizer(self):
        parameters, recipe = self.model.parameters(), self.recipe
        if recipe.optimizer == "adamw":
            return torch.optim.AdamW(parameters, recipe.rate, weight_decay=recipe.decay)
        return torch.optim.SGD(
            parameters, recipe.rate, momentum=0.9, nesterov=True, weight_decay=recipe.decay, foreach=True)

    @property
    def finished(self):
        return self.epoch == len(self.sizes)

    def run(self, train, test):
        limit = self.settings["limit"]
        train, test = train.take(slice(limit)), test.take(slice(limit))
        while not self.finished:
            start = time.monotonic()
            loss = self.train_epoch(train)
            accuracy = self.measure(test)
            self.epoch += 1
            self.save()
            size = self.sizes[self.epoch - 1]
            print(
                f"{self.name}: epoch {self.epoch} of {len(self.sizes)}, {size}x{size} pixels, loss {loss:.3f}, "
                f"test accuracy {accuracy:.2%}, {time.monotonic() - start:.0f} s", flush=True)

    def train_epoch(self, part):
        recipe, size = self.recipe, self.sizes[self.epoch]
        # Seeded per epoch, so that a run that is resumed sees what it would have seen.
        random = torch.Generator().manual_seed(self.settings["seed"] * 1000 + self.epoch)
        order = torch.randperm(len(part.labels), generator=random)[:recipe.images]
        batches = order.split(recipe.batch)
        total = 0.0
        self.model.train()
        for step, which in enumerate(batches):
            progress = (self.epoch + (step + 0.5) / len(batches)) / len(self.sizes)
            for group in self.optimizer.param_groups:
                group["lr"] = recipe.rate * one_cycle(progress)
            images = self.prepare(augment(part.images[which], recipe.shift, random), size)
            loss = functional.cross_entropy(self.model(images), part.labels[which])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(which)
        return total / len(order)

    @torch.no_grad()
    def measure(self, part):
        """Share of the images that are classified rightly, at the size of this epoch."""
        self.model.eval()
        right = 0
        for images, labels in zip(part.images.split(500), part.labels.split(500)):
            right += (self.model(self.prepare(images, self.sizes[self.epoch])).argmax(1) == labels).sum().item()
        return right / len(part.labels)

    def prepare(self, images, size):
        images = self.recipe.data.normalise(images)
        if images.shape[-1] == size:
            return images
        return functional.interpolate(images, size, mode="bilinear", antialias=True)

    def save(self):
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.checkpoint) as file:
            torch.save({
                "settings": self.settings, "epoch": self.epoch,
                "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()["state"],
            }, file)

    def begin_with(self, other):
        if not other.exists():
            raise SystemExit(f"{self.name} begins with {self.recipe.begun}, which is not there.\nTrain that first.")
        self.model.load_state_dict(read(other)["model"])

    def load(self):
        state = read(self.checkpoint)
        if state["settings"] != self.settings:
            raise SystemExit(
                f"{self.checkpoint} was trained with {state['settings']}, not {self.settings}.\n"
                "Use those settings, delete it, or name another folder.")
        self.model.load_state_dict(state["model"])
        # The optimizer's settings are the recipe's: what is loaded safely holds tensors and whole numbers alone.
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state["optimizer"]})
        self.epoch = state["epoch"]


def read(checkpoint):
    try:
        return torch.load(checkpoint, weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError) as error:
        raise SystemExit(f"{checkpoint} can't be read: {error}\nDelete it, so that training starts again.")


def one_cycle(progress):
    """Share of the highest learning rate: up over the first quarter, then down to nothing (Smith 2018)."""
    return progress / 0.25 if progress < 0.25 else (1 - progress) / 0.75


def augment(images, shift, random):
    """Mirrors half of the images, and moves each by up to `shift` pixels; what comes in is black."""
    count, channels, height, width = images.shape
    padded = functional.pad(images, (shift,) * 4)
    down = torch.randint(2 * shift + 1, (count, 1), generator=random) + torch.arange(height)
    across = torch.randint(2 * shift + 1, (count, 1), generator=random) + torch.arange(width)
    mirrored = torch.randint(2, (count, 1), generator=random).bool()
    across = torch.where(mirrored, across.flip(1), across)
    return padded[
        torch.arange(count)[:, None, None, None], torch.arange(channels)[None, :, None, None],
        down[:, None, :, None], across[:, None, None, :]]
