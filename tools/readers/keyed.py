"""Checks tests/vectors/keyed.json by docs/format.md alone: a reader that shares no code with this project's.

Usage: keyed.py KEYED.json. Takes Python 3.9 and the openssl command, which does AES.
"""
import hashlib
import hmac
import json
import subprocess
import sys

BLOCK = 4096
BYTES_PER_BLOCK = 1 << 15
# Bits of an element; bits of its mantissa, None for codes.
TYPES = {
    "float32": (32, 23), "float64": (64, 52), "float16": (16, 10), "bfloat16": (16, 7), "int16": (16, None),
    "uint16": (16, None), "int8": (8, None), "uint8": (8, None), "int4": (4, None), "uint4": (4, None),
}


def keystream(key, rule, path, length):
    """HKDF-SHA256 with an empty salt, then AES-256 in counter mode from 0."""
    extracted = hmac.new(bytes(32), key, hashlib.sha256).digest()
    info = b"onnxsplitter keyed\0" + rule.encode() + b"\0" + path.encode()
    own = hmac.new(extracted, info + b"\1", hashlib.sha256).digest()
    command = ["openssl", "enc", "-aes-256-ctr", "-K", own.hex(), "-iv", "0" * 32]
    return subprocess.run(command, input=bytes(length), stdout=subprocess.PIPE, check=True).stdout


def unpack(data, width, count):
    if width == 4:
        return [data[i // 2] >> 4 * (i % 2) & 15 for i in range(count)]
    return [int.from_bytes(data[i * width // 8:(i + 1) * width // 8], "little") for i in range(count)]


def pack(values, width):
    if width == 4:
        padded = values + [0] * (len(values) % 2)
        return bytes(padded[i] | padded[i + 1] << 4 for i in range(0, len(padded), 2))
    return b"".join(value.to_bytes(width // 8, "little") for value in values)


def permutation(words, count):
    """What each place changes with, from the last to the second."""
    places, taken = [0] * count, 0
    for i in range(count - 1, 0, -1):
        bound = i + 1
        while True:
            product = words[taken] * bound
            taken += 1
            if product % 65536 >= 65536 % bound:
                break
        places[i] = product >> 16
    return places


def obfuscate(vector, values):
    width, mantissa = TYPES[vector["type"]]
    key, path, count = bytes.fromhex(vector["key"]), vector["path"], vector["count"]
    rules, codes = vector["rules"].split(","), mantissa is None
    sign = 1 << width - 1
    exponent = 0 if codes else (sign - 1) >> mantissa << mantissa
    shift = 0 if codes else mantissa if "mantissa" in rules else width - 16
    floor = vector["threshold"] << shift
    changes = [codes or (value & (sign - 1)) >= floor for value in values]
    if "sign" in rules:
        stream = keystream(key, "sign", path, (count + 7) // 8)
        turned = 2 ** width - 1 if codes else sign
        values = [value ^ (turned if stream[i // 8] >> i % 8 & 1 and changes[i] else 0)
                  for i, value in enumerate(values)]
    if "mantissa" in rules:
        masks = unpack(keystream(key, "mantissa", path, (count * width + 7) // 8), width, count)
        may = [changes[i] and (codes or value & exponent not in (0, exponent)) for i, value in enumerate(values)]
        values = [value ^ (masks[i] & ~exponent if may[i] else 0) for i, value in enumerate(values)]
    if "shuffle" in rules:
        blocks = (count + BLOCK - 1) // BLOCK
        stream = keystream(key, "shuffle", path, blocks * BYTES_PER_BLOCK)
        for block in range(blocks):
            inside = range(block * BLOCK, min(count, (block + 1) * BLOCK))
            moving = [i for i in inside if changes[i]]
            words = unpack(stream[block * BYTES_PER_BLOCK:], 16, BYTES_PER_BLOCK // 2)
            places = permutation(words, len(moving))
            for i in range(len(moving) - 1, 0, -1):
                a, b = moving[i], moving[places[i]]
                values[a], values[b] = values[b], values[a]
    return values


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    for vector in vectors:
        width, _ = TYPES[vector["type"]]
        length = (vector["count"] * width + 7) // 8
        original = (bytes.fromhex(vector["original"]) if "original" in vector
                    else bytes((i * i // 7 + 31 * i) & 255 for i in range(length)))
        changed = pack(obfuscate(vector, unpack(original, width, vector["count"])), width)
        if hashlib.sha256(changed).hexdigest() != vector["sha256"]:
            sys.exit(f"{vector['rules']} on {vector['count']} {vector['type']}: another result")
    print(f"{len(vectors)} vectors")


main()
