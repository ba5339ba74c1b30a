// Runs one wasm32-wasi program under Node's WASI and ends with its exit code.
//
//   node run.mjs PROGRAM.wasm DIR [ARGUMENT...]     DIR is what the program sees as /vectors
//
// Node 18 has no WASI.getImportObject, so the import object is written out; 20 takes it as well.
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { WASI } from 'node:wasi';

// Node calls its WASI an experiment on every run; that one warning says nothing to a reader.
process.removeAllListeners('warning');

const [program, directory, ...rest] = process.argv.slice(2);
if (directory === undefined) {
  process.stderr.write('usage: node run.mjs PROGRAM.wasm DIR [ARGUMENT...]\n');
  process.exit(2);
}
const wasi = new WASI({
  version: 'preview1',
  args: [program, ...rest],
  preopens: { '/vectors': directory },
  returnOnExit: true,
});
const module = await WebAssembly.compile(await readFile(program));
const imports = { wasi_snapshot_preview1: wasi.wasiImport };
process.exitCode = wasi.start(await WebAssembly.instantiate(module, imports));
