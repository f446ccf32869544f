#!/usr/bin/env bash
# onnxruntime-node 1.30.0 (npm), seen in November 2026 on Linux, x64.
# The tensor that says a Reshape's target shape may lie in a data file like any other by the format, and exporters that
# move every tensor there write such files. ONNX Runtime reads it for shape inference, before the model's folder counts,
# and refuses the model. With the same tensor in the model itself it opens.
# Seen: "opens" with the shape inside, and "Cannot parse data from external tensors" with it in the data file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund onnxruntime-node@1.30.0 > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > finding.mjs <<'CODE'
import { writeFileSync } from 'node:fs';
import { InferenceSession } from 'onnxruntime-node';

// Protocol buffers by hand: y = Reshape(x, shape), x of [2, 3], shape = [3, 2], opset 13.
const varint = n => n < 128 ? [n] : [n & 127 | 128, ...varint(n >> 7)];
const field = (number, content) => Buffer.concat([Buffer.from([number << 3 | 2, ...varint(content.length)]), content]);
const text = (number, value) => field(number, Buffer.from(value));
const number = (at, value) => Buffer.from([at << 3, value]);
const of = (...parts) => Buffer.concat(parts);
const entry = (key, value) => field(13, of(text(1, key), text(2, value)));
const value = (name, ...dims) => of(text(1, name), field(2, field(1, of(number(1, 1),
  field(2, of(...dims.map(dim => field(1, number(1, dim)))))))));
const bytes = Buffer.from(new BigInt64Array([3n, 2n]).buffer);
const shape = {
  'in the model': field(9, bytes),
  'in a data file': of(entry('location', 'shape.bin'), entry('offset', '0'), entry('length', '16'), number(14, 1)),
};
writeFileSync('shape.bin', bytes);
for (const place in shape) {
  const node = of(text(1, 'x'), text(1, 'shape'), text(2, 'y'), text(4, 'Reshape'));
  const tensor = of(number(1, 2), number(2, 7), text(8, 'shape'), shape[place]);
  const graph = of(field(1, node), text(2, 'g'), field(5, tensor), field(11, value('x', 2, 3)),
    field(12, value('y', 3, 2)));
  writeFileSync('model.onnx', of(number(1, 8), field(7, graph), field(8, number(2, 13))));
  try {
    await InferenceSession.create('model.onnx', { logSeverityLevel: 4 });
    console.log(`the shape ${place}: opens`);
  } catch (problem) {
    console.log(`the shape ${place}: ${/Cannot parse data from external tensors/.exec(problem.message) ?? problem}`);
  }
}
CODE
node finding.mjs | tee seen
diff seen - <<'EXPECTED'
the shape in the model: opens
the shape in a data file: Cannot parse data from external tensors
EXPECTED
