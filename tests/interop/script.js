// One random script: a group of Hearth's and ts-mls' members lives through a number of steps, and
// after each of them all members must agree.

import { kSides } from './report.js';
import { kSteps } from './steps.js';

const kExtensionTypes = [0xf001, 0xf002, 0xf003]; // Private use; every member understands them.
const kProposalType = 0xf010; // Likewise.
const kRequiredCapabilities = { type: 3, data: '02f00102f010020001' };
const kMembersMin = 3;
const kLateEpochsMax = 3; // ts-mls keeps four past epochs.
const kExportChance = 0.2;

// The members disagree, or one of them refuses what the others say: then `committer` sent it to a
// number of `receivers`, and `refusals` holds a {member, reason} for each that did not take it.
export class Divergence extends Error {
  constructor(message, { committer, refusals = [], receivers = 0 } = {}) {
    super(message);
    Object.assign(this, { committer, refusals, receivers });
  }
}

const reasonOf = (reply) => `${reply.error_type}: ${reply.error}`;

// One member of a script; `peer` answers requests (a TsMember or a HearthPeer).
export class Member {
  constructor(name, side, peer) {
    this.name = name;
    this.side = side;
    this.peer = peer;
    this.identity = Buffer.from(name).toString('hex');
  }

  // The reply; a refusal is a divergence, since scripts ask only for what is allowed.
  async ask(request) {
    const reply = await this.peer.request(request);
    if (!reply.ok) throw new Divergence(`${this.name} refuses ${request.op}: ${reasonOf(reply)}`);
    return reply;
  }
}

// Plays one script over a fixed set of members, some inside the group and some outside. Throws a
// Divergence at the first disagreement. At least one member of each side is inside at any time, so
// that either can commit; the tree's left half is never all blank (see kLeftOut).
export class Script {
  constructor({ suite, steps, random, members, report, faulty, updateProposers }) {
    Object.assign(this, { suite, steps, random, report, faulty, updateProposers });
    this.members = members;
    this.inside = [];
    this.leaves = new Map(); // Leaf by member, as of the last agreement.
    this.nextFraming = { hearth: 'private', ts: 'public' };
    this.taken = 'found';
  }

  get outside() {
    return this.members.filter((member) => !this.inside.includes(member));
  }

  outsideOf(side) {
    return this.outside.filter((member) => member.side === side);
  }

  someone(side) {
    return this.random.pick(this.inside.filter((member) => member.side === side));
  }

  // About half of the steps come from a shuffled deck, the others are drawn by weight. A card that
  // cannot be played yet waits in front. In a short script the deck is not played to its end.
  async run() {
    await this.found();
    const deck = this.random.shuffled(
      Object.keys(kSteps)
        .filter((name) => kSteps[name].deck)
        .flatMap((name) => kSides.map((side) => ({ name, side }))),
    );
    for (let step = 1; step <= this.steps; ++step) {
      const rest = this.steps - step + 1;
      const { name, side } = this.draw(deck, rest > deck.length && this.random.chance(0.3));
      this.taken = `step ${step}, ${name} by ${side}`;
      await kSteps[name].take(this, side);
      this.report.step(name, side, kSteps[name].kinds);
      await this.agree();
      await this.message(this.someone(kSides[step % 2]));
    }
  }

  // The next card of the deck that can be played, or one by weight.
  draw(deck, free) {
    const place = free ? -1 : deck.findIndex(({ name, side }) => kSteps[name].can(this, side));
    if (place >= 0) return deck.splice(place, 1)[0];
    for (;;) {
      const side = this.random.pick(kSides);
      const name = this.random.weighted(
        Object.fromEntries(Object.entries(kSteps).map(([key, { weight }]) => [key, weight])),
      );
      if (kSteps[name].can(this, side)) return { name, side };
    }
  }

  async found() {
    await Promise.all(
      this.members.map((member) =>
        member.ask({
          op: 'init',
          suite: this.suite,
          identity: member.identity,
          extensions: kExtensionTypes,
          proposals: [kProposalType],
          padding: [this.random.pick([32, 256])],
          ...(member === this.faulty ? { fault: 'confirmation_tag' } : {}),
        }),
      ),
    );
    this.group = this.random.hex(16);
    const founder = this.random.pick(this.members.filter((member) => member !== this.faulty));
    const extensions = this.random.chance(0.5) ? [this.extension(kExtensionTypes[0])] : [];
    await founder.ask({ op: 'create_group', group_id: this.group, extensions });
    this.inside = [founder];
    const first = kSides.map((side) =>
      side === this.faulty?.side ? this.faulty : this.random.pick(this.outsideOf(side)),
    );
    const others = this.outside.filter((member) => !first.includes(member));
    const joiners = [...first, ...this.random.sample(others, this.random.below(3))];
    await this.commit(founder, { proposals: await this.adds(joiners) }, { joiners });
    this.report.step('found', founder.side);
    await this.agree();
  }

  // --- Steps --------------------------------------------------------------------------------

  async add(side, { count, path = false, psks = 0 }) {
    const joiners = this.random.sample(this.outside, count);
    const proposals = [...(await this.adds(joiners)), ...(await this.newPsks(psks))];
    await this.commit(
      this.someone(side),
      { proposals, ...(path ? { force_path: true } : {}) },
      { joiners },
    );
  }

  async remove(side, count, { adds = 0 } = {}) {
    const { committer, targets } = this.removable(side, count);
    const joiners = this.random.sample(this.outside, adds);
    const proposals = [
      ...targets.map((member) => this.removal(member)),
      ...(await this.adds(joiners)),
    ];
    await this.commit(committer, { proposals }, { joiners, removed: targets });
  }

  async psk(side, count, fields = {}) {
    await this.commit(this.someone(side), { proposals: await this.newPsks(count), ...fields });
  }

  // A newcomer, or with `resync` a member who lost its state, commits itself into the group.
  async externalJoin(joiner, { psk = false, resync = false }) {
    const witnesses = this.inside.filter((member) => member !== joiner);
    const host = this.random.pick(witnesses);
    const treeInside = this.random.chance(0.5);
    const info = await host.ask({
      op: 'group_info',
      group: this.group,
      external_pub: true,
      ratchet_tree: treeInside,
    });
    const request = { op: 'external_join', group_info: info.group_info };
    if (!treeInside)
      request.ratchet_tree = (
        await host.ask({ op: 'ratchet_tree', group: this.group })
      ).ratchet_tree;
    if (resync) request.resync = true;
    if (psk) Object.assign(request, await this.newExternalPsk());
    const reply = await joiner.ask(request);
    this.report.framing('public', joiner.side);
    await this.deliverCommit(reply.commit, joiner, witnesses, []);
    if (!resync) this.inside.push(joiner);
  }

  // Several members propose, each in a framing of its own; one commits it all.
  async byReference(side) {
    const committer = this.someone(side);
    const joiners = this.random.sample(this.outside, this.random.below(2));
    const { targets } = this.random.chance(0.4)
      ? (this.removable(side, 1, committer) ?? { targets: [] })
      : { targets: [] };
    const staying = this.inside.filter((member) => !targets.includes(member));
    const updaters = this.random.sample(
      staying.filter(
        (member) => member !== committer && member.side === 'hearth' && this.updateProposers,
      ),
      this.random.below(3),
    );
    const proposals = [
      ...(await this.adds(joiners)),
      ...targets.map((member) => this.removal(member)),
      ...(this.random.chance(0.3) ? await this.newPsks(1) : []),
      ...(this.random.chance(0.3) ? [this.extensionsProposal()] : []),
      ...(this.random.chance(0.2) ? [this.customProposal()] : []),
    ].map((proposal) => ({ proposal, proposer: this.random.pick(staying) }));
    proposals.push(...updaters.map((proposer) => ({ proposal: { type: 'update' }, proposer })));
    if (proposals.length === 0)
      proposals.push({ proposal: this.extensionsProposal(), proposer: this.random.pick(staying) });

    for (const { proposal, proposer } of this.random.shuffled(proposals)) {
      const handshake = this.turn(proposer.side);
      const { message } = await proposer.ask({
        op: 'propose',
        group: this.group,
        proposal,
        handshake,
      });
      await this.deliver(
        message,
        'proposal',
        proposer,
        this.inside.filter((member) => member !== proposer),
      );
      this.report.step(`proposal of ${proposal.type}`, proposer.side);
    }
    await this.commit(committer, { proposals: [] }, { joiners, removed: targets });
    for (const type of new Set(proposals.map(({ proposal }) => proposal.type)))
      this.report.step(
        `by_reference of ${type}`,
        committer.side,
        type === 'add' || type === 'remove' || type === 'psk' ? [type] : [],
      );
  }

  // Two members commit at once. One wins; the other throws its commit away and follows.
  async race(side) {
    const winner = this.someone(side);
    const loser = this.random.pick(this.inside.filter((member) => member !== winner));
    const stage = (member) =>
      member.ask({
        op: 'commit',
        group: this.group,
        proposals: [],
        force_path: true,
        merge: false,
        handshake: this.turn(member.side),
      });
    const { commit } = await stage(winner);
    await stage(loser);
    await loser.ask({ op: 'discard', group: this.group });
    await winner.ask({ op: 'merge', group: this.group });
    await this.deliverCommit(
      commit,
      winner,
      this.inside.filter((member) => member !== winner),
      [],
    );
  }

  async message(sender) {
    await this.hear(await this.say(sender));
  }

  // Three messages of one sender arrive as third, first, second.
  async messagesSwapped(side) {
    const sender = this.someone(side);
    const said = [await this.say(sender), await this.say(sender), await this.say(sender)];
    for (const index of [2, 0, 1]) await this.hear(said[index]);
  }

  // A message arrives after the epoch in which it was said.
  async messageLate(side) {
    const said = await this.say(this.someone(side));
    for (let epoch = this.random.between(1, kLateEpochsMax); epoch > 0; --epoch) {
      await this.commit(this.random.pick(this.inside.filter((member) => member !== this.faulty)), {
        proposals: [],
        force_path: true,
      });
      await this.agree();
    }
    await this.hear(said);
  }

  async saveAndLoad(side) {
    const member = this.someone(side);
    const { state } = await member.ask({ op: 'save', group: this.group });
    await member.ask({ op: 'load', state });
  }

  // --- What steps are made of ---------------------------------------------------------------

  // Framings alternate by side, so that each side sends both equally often.
  turn(side) {
    const framing = this.nextFraming[side];
    this.nextFraming[side] = framing === 'private' ? 'public' : 'private';
    this.report.framing(framing, side);
    return framing;
  }

  // Commits, delivers the commit to everyone inside, and the Welcome to the joiners.
  async commit(committer, fields, { joiners = [], removed = [] } = {}) {
    const treeInside = this.random.chance(0.5);
    const reply = await committer.ask({
      op: 'commit',
      group: this.group,
      handshake: this.turn(committer.side),
      ratchet_tree: treeInside,
      ...fields,
    });
    const witnesses = this.inside.filter((member) => member !== committer);
    await this.deliverCommit(reply.commit, committer, witnesses, removed);
    const joins = await Promise.all(
      joiners.map((joiner) =>
        joiner.ask({
          op: 'join',
          welcome: reply.welcome,
          ...(treeInside ? {} : { ratchet_tree: reply.ratchet_tree }),
        }),
      ),
    );
    this.report.mendedJoins += joins.filter((join) => join.mended).length;
    this.inside = [...this.inside.filter((member) => !removed.includes(member)), ...joiners];
  }

  // Everyone handles the commit; the removed, and only they, learn that they are out.
  async deliverCommit(commit, committer, receivers, removed) {
    const replies = await this.deliver(commit, 'commit', committer, receivers);
    receivers.forEach((member, i) => {
      if (replies[i].active !== !removed.includes(member))
        throw new Divergence(`${member.name} has active ${replies[i].active} after the commit`, {
          committer,
        });
    });
  }

  async deliver(message, kind, committer, receivers) {
    const replies = await Promise.all(
      receivers.map((member) => member.peer.request({ op: 'handle', message })),
    );
    const refusals = receivers.flatMap((member, i) =>
      replies[i].ok ? [] : [{ member, reason: reasonOf(replies[i]) }],
    );
    if (refusals.length > 0) {
      const reasons = refusals.map(({ member, reason }) => `${member.name}: ${reason}`).join('; ');
      throw new Divergence(`${kind} of ${committer.name} refused by ${reasons}`, {
        committer,
        refusals,
        receivers: receivers.length,
      });
    }
    receivers.forEach((member, i) => {
      if (replies[i].kind !== kind)
        throw new Divergence(`${member.name} takes a ${kind} for ${replies[i].kind}`, {
          committer,
        });
    });
    return replies;
  }

  async say(sender) {
    const plaintext = Buffer.from(
      `${sender.name} says ${this.random.hex(this.random.below(100))}`,
    ).toString('hex');
    const aad = this.random.chance(0.3) ? { aad: this.random.hex(8) } : {};
    const { message } = await sender.ask({ op: 'protect', group: this.group, plaintext, ...aad });
    return {
      sender,
      leaf: this.leaves.get(sender),
      plaintext,
      message,
      receivers: this.inside.filter((member) => member !== sender),
    };
  }

  // All who were inside when it was said read the same words from the same sender.
  async hear({ sender, leaf, plaintext, message, receivers }) {
    const replies = await this.deliver(message, 'application', sender, receivers);
    receivers.forEach((member, i) => {
      const reply = replies[i];
      if (
        reply.plaintext !== plaintext ||
        reply.sender !== leaf ||
        reply.sender_identity !== sender.identity
      )
        throw new Divergence(
          `${member.name} hears ${JSON.stringify(reply)} from ${sender.name}, leaf ${leaf}`,
        );
    });
    this.report.messages[sender.side] += 1;
  }

  // Everyone inside stands in the same epoch with the same tree, transcript and secrets.
  async agree() {
    const states = await Promise.all(
      this.inside.map((member) => member.ask({ op: 'state', group: this.group })),
    );
    this.same(
      states,
      'epoch',
      'tree_hash',
      'confirmed_transcript_hash',
      'epoch_authenticator',
      'confirmation_tag',
    );
    const anyTs = states[this.inside.findIndex((member) => member.side === 'ts')];
    const leaves = new Map(anyTs.members.map(({ leaf, identity }) => [identity, leaf]));
    this.leaves = new Map(this.inside.map((member) => [member, leaves.get(member.identity)]));
    if (
      anyTs.members.length !== this.inside.length ||
      [...this.leaves.values()].includes(undefined)
    )
      throw new Divergence(
        `the tree holds ${JSON.stringify(anyTs.members)}, not ${this.inside.map((m) => m.name)}`,
      );
    this.report.agreements += 1;
    if (!this.random.chance(kExportChance)) return;
    const request = {
      op: 'export',
      group: this.group,
      label: `label ${this.random.below(100)}`,
      context: this.random.hex(this.random.below(40)),
      length: this.random.between(1, 64),
    };
    this.same(await Promise.all(this.inside.map((member) => member.ask(request))), 'secret');
    this.report.exports += 1;
  }

  same(replies, ...fields) {
    for (const field of fields) {
      const values = replies.map((reply) => reply[field]);
      if (values[0] === undefined || values.some((value) => value !== values[0]))
        throw new Divergence(
          `${field}: ${this.inside.map((member, i) => `${member.name} ${values[i]}`).join(', ')}`,
        );
    }
  }

  adds(joiners) {
    return Promise.all(
      joiners.map(async (joiner) => ({
        type: 'add',
        key_package: (await joiner.ask({ op: 'key_package' })).key_package,
      })),
    );
  }

  removal(member) {
    return { type: 'remove', leaf: this.leaves.get(member) };
  }

  extension(type) {
    return { type, data: this.random.hex(this.random.below(20)) };
  }

  extensionsProposal() {
    const types = this.random.sample(
      kExtensionTypes,
      this.random.between(1, kExtensionTypes.length),
    );
    const extensions = types.map((type) => this.extension(type));
    if (this.random.chance(0.3)) extensions.push(kRequiredCapabilities);
    return { type: 'group_context_extensions', extensions };
  }

  customProposal() {
    return { type: 'custom', number: kProposalType, data: this.random.hex(this.random.below(30)) };
  }

  // Gives every member `count` new external PSKs and returns the proposals that use them.
  async newPsks(count) {
    const psks = Array.from({ length: count }, () => ({
      id: this.random.hex(8),
      secret: this.random.hex(32),
    }));
    for (const psk of psks)
      await Promise.all(this.members.map((member) => member.ask({ op: 'psk', ...psk })));
    return psks.map(({ id }) => ({ type: 'psk', id }));
  }

  // The same for an external join, where the newcomer is told the secret in its request.
  async newExternalPsk() {
    const psk = { id: this.random.hex(8), secret: this.random.hex(32) };
    await Promise.all(this.inside.map((member) => member.ask({ op: 'psk', ...psk })));
    return { psk_id: psk.id, psk: psk.secret, psk_nonce: this.random.hex(32) };
  }

  // A committer of `side` and up to `count` members that it may remove, or undefined.
  removable(side, count, committer = undefined) {
    const chosen = committer ?? this.someone(side);
    const targets = [];
    for (const member of this.random.shuffled(this.inside)) {
      if (targets.length === count) break;
      if (member !== chosen && member !== this.faulty && this.soundWithout([...targets, member]))
        targets.push(member);
    }
    return targets.length === 0 ? undefined : { committer: chosen, targets };
  }

  // Whether enough members of both sides stay, some of them in the left half of the tree.
  soundWithout(gone) {
    const staying = this.inside.filter((member) => !gone.includes(member));
    if (
      staying.length < kMembersMin ||
      kSides.some((side) => staying.every((member) => member.side !== side))
    )
      return false;
    const leaves = staying.map((member) => this.leaves.get(member));
    let width = 1;
    while (width <= Math.max(...leaves)) width *= 2;
    return leaves.some((leaf) => leaf < width / 2);
  }
}
