"""Files that are whole or absent."""

import os
from contextlib import contextmanager


@contextmanager
def replacing(path):
    """Opens a file beside `path` for writing that takes its place if all went well."""
    beside = path.with_name(path.name + ".part")
    try:
        with open(beside, "wb") as file:
            yield file
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
