// Runs a protected model once: LIBRARY MODEL SECRETS DEVICE.pem VENDOR.crt
import koffi from 'koffi';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [library, model, secrets, identity, trust] = process.argv.slice(2).map(path => ({ path }));
koffi.struct('onnxsplit_source', { path: 'const char *', bytes: 'const void *', length: 'size_t' });
const Options = koffi.struct('onnxsplit_options', {
  size: 'size_t', model: 'onnxsplit_source', secrets: 'onnxsplit_source', identity: 'onnxsplit_source',
  trust: 'onnxsplit_source', signer_name: 'const char *', passphrase: 'const char *', audience: 'const char *',
  data_folder: 'const char *', digests: 'int32_t',
});
koffi.struct('onnxsplit_part', { name: 'const char *', data: 'const void *', length: 'uint64_t' });
const native = koffi.load(library.path);
const open = native.func('int onnxsplit_open(const onnxsplit_options *options, _Out_ uint64_t *model)');
const partCount = native.func('int onnxsplit_part_count(uint64_t model)');
const partAt = native.func('int onnxsplit_part_at(uint64_t model, int index, _Out_ onnxsplit_part *part)');
const close = native.func('int onnxsplit_close(uint64_t model)');
const errorText = native.func('const char *onnxsplit_error_text()');

const opened = [0];
if (open({ size: koffi.sizeof(Options), model, secrets, identity, trust }, opened) !== 0) {
  console.error(errorText());
  process.exit(1);
}
const [file, ...externalData] = Array.from({ length: partCount(opened[0]) }, (_, index) => {
  const part = {};
  partAt(opened[0], index, part);
  return { path: part.name, data: new Uint8Array(koffi.view(part.data, Number(part.length))) };
});
const session = await InferenceSession.create(file.data, { externalData });
const { name, shape } = session.inputMetadata[0];
const dims = shape.map(size => (typeof size === 'number' && size > 0 ? size : 1));
const zeros = new Float32Array(dims.reduce((product, size) => product * size, 1));
const results = await session.run({ [name]: new Tensor(zeros, dims) });
console.log(results[session.outputNames[0]].data.join(' '));
await session.release();
close(opened[0]);
