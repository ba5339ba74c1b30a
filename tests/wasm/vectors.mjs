// Holds the WebAssembly build of the core to the MLS vectors of suite 3, and to its native twin.
//
//   node vectors.mjs PROGRAM.wasm [NATIVE]      both are suite_vectors
//
// The cases are counted here, from the files, by a third reader; then what the WebAssembly program
// prints must name that many cases and as many passed, and the native program must print the same.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const suite = 3;
const names = ['treekem', 'key-schedule', 'made-passive-random-3'];

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
// The working group's vectors where they lie beside the clone, our own otherwise.
const folders = [resolve(root, '../shared/mls-vectors'), join(root, 'tests/vectors/rfc9420')];
const folder = folders.find((path) => existsSync(path));

function fail(reason) {
  process.stderr.write(`wasm vectors: ${reason}\n`);
  process.exit(1);
}

const [program, native] = process.argv.slice(2);
if (program === undefined) fail('usage: node vectors.mjs PROGRAM.wasm [NATIVE]');
if (folder === undefined) fail('no folder of vectors');

const files = names.map((name) => `${name}.json`).filter((file) => existsSync(join(folder, file)));
for (const name of names) {
  if (!files.includes(`${name}.json`)) process.stdout.write(`${name}: skipped, not in ${folder}\n`);
}
const counts = files.map((file) => {
  const cases = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return cases.filter((one) => one.cipher_suite === suite).length;
});
const total = counts.reduce((sum, count) => sum + count, 0);
if (total === 0) fail(`no case of suite ${suite} in ${folder}`);
const expected = [
  ...files.map((file, i) => `${file.replace('.json', '')} ${counts[i]}/${counts[i]}`),
  `total ${total}/${total}`,
].join('\n');

function run(command, args) {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  } catch (error) {
    return fail(`${command} ended with ${error.status}\n${error.stdout}`);
  }
}

const inside = run(process.execPath, [
  join(here, 'run.mjs'), program, folder, String(suite), '/vectors', ...files,
]);
process.stdout.write(`${inside}\n`);
if (inside !== expected) fail(`the files hold\n${expected}`);
if (native !== undefined) {
  const outside = run(native, [String(suite), folder, ...files]);
  if (outside !== inside) fail(`natively\n${outside}`);
  process.stdout.write('the same natively\n');
}
