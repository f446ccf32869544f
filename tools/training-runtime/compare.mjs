// Runs gradient graphs in both dialects on ONNX Runtime's training extension and compares what they give.
//
//   node compare.mjs FOLDER
//
// FOLDER holds, for each case, NAME.portable.onnx, NAME.training.onnx and NAME.json: the inputs of both, as { name: {
// type, dims, data } } with the little-endian data in base64. Prints one line a case; exit code 1 if any differ or run
// in the portable dialect alone.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from './node_modules/onnxruntime-web/dist/ort.training.wasm.mjs';

// Float32 sums in another order: relative to the largest value of a result.
const tolerance = 1e-4;

const arrays = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array };

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const folder = process.argv[2];
const counts = { same: 0, different: 0, 'not run': 0 };
for (const file of readdirSync(folder).filter(name => name.endsWith('.json')).sort()) {
  const name = file.slice(0, -'.json'.length);
  const [verdict, detail] = await check(name);
  counts[verdict]++;
  console.log(`${verdict}: ${name}: ${detail}`);
  if (verdict === 'different') console.error(`${name}: ${detail}`);
}
console.log(Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`).join(', '));
process.exit(counts.different === 0 ? 0 : 1);

// What this runtime can't run in the portable dialect, some standard ops it lacks kernels for, has nothing to compare
// with.
async function check(name) {
  let portable;
  try {
    portable = await run(name, 'portable');
  } catch (error) {
    return ['not run', message(error)];
  }
  try {
    const worst = compare(portable, await run(name, 'training'));
    return [worst <= tolerance ? 'same' : 'different', worst.toExponential(1)];
  } catch (error) {
    return ['different', message(error)];
  }
}

// An exception of the runtime's own code arrives as a number.
function message(error) {
  return error instanceof Error ? error.message.split('\n')[0] : `exception ${error}`;
}

async function run(name, dialect) {
  const session = await ort.InferenceSession.create(readFileSync(join(folder, `${name}.${dialect}.onnx`)));
  const feeds = {};
  for (const [input, { type, dims, data }] of Object.entries(JSON.parse(readFileSync(join(folder, `${name}.json`))))) {
    const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
    feeds[input] = new ort.Tensor(type, new arrays[type](bytes.buffer), dims);
  }
  const results = await session.run(feeds);
  await session.release();
  return results;
}

// Outputs bear the same names in both.
function compare(portable, training) {
  let worst = 0;
  for (const [output, { data, dims }] of Object.entries(portable)) {
    const other = training[output];
    if (String(dims) !== String(other.dims)) throw new Error(`${output}: [${dims}] and [${other.dims}]`);
    let largest = 1e-6, difference = 0;
    for (let i = 0; i < data.length; i++) {
      if (!Number.isFinite(data[i]) || !Number.isFinite(other.data[i])) throw new Error(`${output} is not finite`);
      largest = Math.max(largest, Math.abs(data[i]));
      difference = Math.max(difference, Math.abs(data[i] - other.data[i]));
    }
    worst = Math.max(worst, difference / largest);
  }
  return worst;
}
