"""Prints the SHA-256 of a protected model's restored parts: LIBRARY MODEL SECRETS DEVICE.pem VENDOR.crt"""
import ctypes
import hashlib
import sys
from ctypes import POINTER, byref, c_char_p, c_int32, c_size_t, c_uint64, c_void_p


class Source(ctypes.Structure):
    _fields_ = [("path", c_char_p), ("bytes", c_void_p), ("length", c_size_t)]


class Options(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("model", Source), ("secrets", Source), ("identity", Source), ("trust", Source),
                ("signer_name", c_char_p), ("passphrase", c_char_p), ("audience", c_char_p),
                ("data_folder", c_char_p), ("digests", c_int32)]


class Part(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("data", c_void_p), ("length", c_uint64)]


library, *paths = sys.argv[1:]
native = ctypes.CDLL(library)
native.onnxsplit_error_text.restype = c_char_p
native.onnxsplit_part_count.argtypes = native.onnxsplit_close.argtypes = [c_uint64]
native.onnxsplit_part_at.argtypes = [c_uint64, c_int32, POINTER(Part)]

options = Options(ctypes.sizeof(Options), *(Source(path.encode()) for path in paths))
model = c_uint64()
if native.onnxsplit_open(byref(options), byref(model)):
    sys.exit(native.onnxsplit_error_text().decode())
part = Part()
for index in range(native.onnxsplit_part_count(model)):
    native.onnxsplit_part_at(model, index, byref(part))
    view = memoryview((ctypes.c_ubyte * part.length).from_address(part.data))
    # onnxruntime.InferenceSession(bytes(view)) takes the first; for others there is
    # SessionOptions.add_external_initializers_from_files_in_memory.
    print(hashlib.sha256(view).hexdigest(), part.name.decode())
native.onnxsplit_close(model)
