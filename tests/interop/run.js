// Plays random scripts in which Hearth's members and ts-mls members share a group; see README.md.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { HearthPeer } from './hearth_peer.js';
import { Random } from './random.js';
import { kSides, Report } from './report.js';
import { Divergence, Member, Script } from './script.js';
import { TsMember } from './ts_member.js';

const kMembersPerSide = 6;
const kRequiredCount = 50; // Of each required kind, by either side.
const kTagRefusal = 'CryptoVerificationError: Could not verify confirmation tag';
const kUsage = `usage: node run.js --peer-bin PATH | --all-ts
  --scripts N       how many scripts (20)
  --steps N         steps in each (50)
  --seed N          seed of all choices (from the clock)
  --only N          the script of this number alone, as it stands in the full run
  --suite 1|3|both  which cipher suite (both, in turn)
  --peer-bin PATH   the hearth-mls-peer program
  --all-ts          ts-mls members on both sides: a test of this harness alone
  --report FILE     writes the report there too
  --require-counts  asks that each required kind happened ${kRequiredCount} times by either side
  --plant-fault     one Hearth member sends faulty confirmation tags; passes if that is found`;

function options() {
  const { values } = parseArgs({
    options: {
      scripts: { type: 'string', default: '20' },
      steps: { type: 'string', default: '50' },
      seed: { type: 'string' },
      only: { type: 'string' },
      suite: { type: 'string', default: 'both' },
      'peer-bin': { type: 'string' },
      'all-ts': { type: 'boolean', default: false },
      report: { type: 'string' },
      'require-counts': { type: 'boolean', default: false },
      'plant-fault': { type: 'boolean', default: false },
    },
  });
  const number = (name, otherwise) => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`--${name} is not a number`);
    return value;
  };
  const suites = { 1: [1], 3: [3], both: [3, 1] }[values.suite];
  if (suites === undefined) throw new TypeError('--suite is 1, 3 or both');
  if ((values['peer-bin'] === undefined) === !values['all-ts'])
    throw new TypeError('one of --peer-bin and --all-ts');
  return {
    ...values,
    suites,
    scripts: number('scripts'),
    steps: number('steps'),
    seed: number('seed', Date.now()),
    only: values.only === undefined ? undefined : number('only'),
  };
}

// Plays script `index`; returns its Divergence, or undefined when all agreed to the end.
async function play(index, members, report, opts) {
  const script = new Script({
    suite: opts.suites[index % opts.suites.length],
    steps: opts.steps,
    random: new Random(opts.seed, index),
    members,
    report,
    faulty: opts['plant-fault'] ? members[0] : undefined,
    updateProposers: !opts['all-ts'],
  });
  try {
    await script.run();
    return undefined;
  } catch (error) {
    const where = `script ${index} (--seed ${opts.seed} --only ${index}), suite ${script.suite}`;
    const what = error instanceof Divergence ? error.message : error.stack;
    report.divergences.push(`${where}, ${script.taken}: ${what}`);
    return error;
  }
}

// A planted fault counts as found when a commit of the faulty member was refused by all others, and
// by ts-mls for the very reason that we planted.
function foundFault(error, faulty) {
  return (
    error instanceof Divergence &&
    error.committer === faulty &&
    error.refusals.length > 0 &&
    error.refusals.length === error.receivers &&
    error.refusals.every(({ member, reason }) => member.side !== 'ts' || reason === kTagRefusal)
  );
}

async function main() {
  let opts;
  try {
    opts = options();
  } catch (error) {
    console.error(`${error.message}\n${kUsage}`);
    return 2;
  }
  const started = Date.now();
  const report = new Report();
  const hearthPeers = opts['all-ts']
    ? []
    : Array.from({ length: kMembersPerSide }, () => new HearthPeer(opts['peer-bin']));
  const members = kSides.flatMap((side) =>
    Array.from(
      { length: kMembersPerSide },
      (_, i) =>
        new Member(
          `${side}-${i}`,
          side,
          side === 'hearth' && !opts['all-ts'] ? hearthPeers[i] : new TsMember(),
        ),
    ),
  );

  console.log(`interop: seed ${opts.seed}`);
  const indices =
    opts.only === undefined ? Array.from({ length: opts.scripts }, (_, i) => i) : [opts.only];
  let passed = 0;
  let faultFound = false;
  for (const index of indices) {
    const error = await play(index, members, report, opts);
    if (error === undefined) passed += 1;
    else console.log(`  ${report.divergences.at(-1)}`);
    if (opts['plant-fault'] && error !== undefined) {
      faultFound = foundFault(error, members[0]);
      break;
    }
  }
  for (const peer of hearthPeers) peer.close();

  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const text = report.text({
    seed: opts.seed,
    scripts: indices.length,
    stepsPerScript: opts.steps,
    suites: opts.suites,
    seconds,
  });
  if (opts.report !== undefined) writeFileSync(opts.report, text);
  if (opts['plant-fault']) {
    console.log(`planted fault in a confirmation tag: ${faultFound ? 'found' : 'NOT FOUND'}`);
    return faultFound ? 0 : 1;
  }
  console.log(text);
  const missing = opts['require-counts'] ? report.missing(kRequiredCount) : [];
  if (opts['require-counts']) {
    console.log(`at least ${kRequiredCount} of each: ${missing.length === 0 ? 'PASS' : 'FAIL'}`);
    for (const line of missing) console.log(`  ${line}`);
  }
  const outcome = `${passed} passed, ${indices.length - passed} failed`;
  console.log(`interop: seed ${opts.seed}, ${outcome}\n${outcome}`);
  return passed === indices.length && missing.length === 0 ? 0 : 1;
}

process.exitCode = await main();
