// What a run did: steps by kind and committer, framings, divergences, and what was left out.

export const kSides = ['hearth', 'ts'];

// Steps no script takes, and why. Everything else that both sides can do is played.
export const kLeftOut = [
  'Update proposal made by ts-mls: it handles them, but makes none (ours are committed by both)',
  'GroupContextExtensions with an empty list: ts-mls does not apply it on receipt',
  'GroupContextExtensions commit without a path: ts-mls accepts what RFC 9420 12.4 forbids',
  'GroupContextExtensions that an existing member does not support: ts-mls does not check it',
  'external_senders and external proposals: ts-mls reads one struct where the RFC has a vector',
  'second commit in an epoch after one discarded by ts-mls: it reuses the handshake key',
  'Remove and Add of one client in a commit: ts-mls compares the Add with the tree before it',
  'tree whose left half is blank: ts-mls derives commit_secret one step too far (blank root)',
  'application message while proposals are pending: RFC 9420 12.4 forbids it',
  "resumption PSK, ReInit, branch: the peers' protocol has no operation for them",
  'lifetimes out of range: ts-mls checks them on sending only',
];

// Named in the requirement on a long run: asked for with either side as committer.
const kRequired = ['add', 'update', 'remove', 'psk', 'external_join', 'private', 'public'];

// Counts are by name, then by side.
export class Report {
  steps = new Map();
  kinds = new Map(kRequired.map((kind) => [kind, { hearth: 0, ts: 0 }]));
  messages = { hearth: 0, ts: 0 };
  agreements = 0;
  exports = 0;
  mendedJoins = 0;
  divergences = [];

  // One step of this name, done by `side`, which counts as each of `kinds`.
  step(name, side, kinds = []) {
    if (!this.steps.has(name)) this.steps.set(name, { hearth: 0, ts: 0 });
    this.steps.get(name)[side] += 1;
    for (const kind of kinds) this.kinds.get(kind)[side] += 1;
  }

  // One handshake message, in the framing in which it was sent.
  framing(framing, side) {
    this.kinds.get(framing)[side] += 1;
  }

  // Names what was done less than `least` times by one side; empty when enough was done.
  missing(least) {
    return [...this.kinds].flatMap(([kind, counts]) =>
      kSides
        .filter((side) => counts[side] < least)
        .map((side) => `${kind} by ${side}: ${counts[side]} of ${least}`),
    );
  }

  text({ seed, scripts, stepsPerScript, suites, seconds }) {
    const row = (name, counts) =>
      `  ${name.padEnd(34)}${String(counts.hearth).padStart(8)}${String(counts.ts).padStart(8)}`;
    const sorted = [...this.steps].sort(([a], [b]) => (a < b ? -1 : 1));
    const size = `${scripts} scripts of ${stepsPerScript} steps`;
    return [
      `interop: seed ${seed}, ${size}, suites ${suites.join(' and ')}, ${seconds} s`,
      `${'steps by committer'.padEnd(36)}  hearth      ts`,
      ...sorted.map(([name, counts]) => row(name, counts)),
      'of these, by the kinds a long run must reach',
      ...[...this.kinds].map(([name, counts]) => row(name, counts)),
      'beside the steps',
      row('application messages by sender', this.messages),
      `  agreements of all members: ${this.agreements}, of them with exporter: ${this.exports}`,
      `  joins of ts-mls with its tree check mended: ${this.mendedJoins}`,
      'steps left out, by name',
      ...kLeftOut.map((line) => `  - ${line}`),
      `divergences: ${this.divergences.length}`,
      ...this.divergences.map((line) => `  ${line.replaceAll('\n', '\n    ')}`),
      '',
    ].join('\n');
  }
}
