#!/usr/bin/env python3
"""Draws icon.png beside it, the packages' icon: a grid of weights in two halves, a few of them taken out."""
import pathlib
import struct
import zlib

SIZE, CELLS = 128, 8
CELL = SIZE // CELLS
PAPER, WEIGHT, SECRET = (255, 255, 255, 0), (44, 62, 102, 255), (222, 110, 45, 255)
CHANGED = {(1, 2), (2, 5), (4, 1), (5, 6), (6, 3)}


def pixel(x, y):
    column, row = x // CELL, y // CELL
    inside = 2 <= x % CELL < CELL - 2 and 2 <= y % CELL < CELL - 2
    return (SECRET if (column, row) in CHANGED else WEIGHT) if inside else PAPER


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(SIZE)) for y in range(SIZE))
header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
pathlib.Path(__file__).with_name("icon.png").write_bytes(
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
