// One ts-mls member with the operations of a peer: the same requests and replies as
// `hearth-mls-peer`, as plain objects. `ts_mls_peer.js` puts it behind JSON lines; `run.js` uses it
// in process.

import {
  createApplicationMessage,
  createCommit,
  createGroup,
  createProposal,
  decodeGroupState,
  defaultAuthenticationService,
  defaultCryptoProvider,
  defaultKeyPackageEqualityConfig,
  defaultKeyRetentionConfig,
  defaultLifetimeConfig,
  encodeGroupState,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  getCiphersuiteImpl,
  joinGroup,
  makePskIndex,
  mlsExporter,
  processPrivateMessage,
  processPublicMessage,
} from 'ts-mls';
import { encode } from 'ts-mls/codec/tlsEncoder.js';
import { getCiphersuiteFromId } from 'ts-mls/crypto/ciphersuite.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { decryptSenderData } from 'ts-mls/privateMessage.js';
import { ratchetTreeEncoder } from 'ts-mls/ratchetTree.js';
import {
  hex,
  base64,
  RequestError,
  bytes,
  bytesOr,
  kNothing,
  extensionFromJson,
  extensionToJson,
  decodeMessage,
  encodeMessage,
  decodeTree,
  pskIdFromJson,
  proposalFromJson,
} from './ts_json.js';
import { isUnmergedLeavesRefusal, joinByWelcome } from './ts_join.js';
import { commitWithPath, groupInfoOf, joinExternal } from './ts_mends.js';

const kSuites = [1, 3];
const kDefaultLifetimeSeconds = 28 * 24 * 3600;
const kClockSkewSeconds = 3600;

// Holds one identity, its key packages, PSKs and groups. Requests are answered in order: the caller
// awaits each reply before the next request. A refused request changes nothing.
export class TsMember {
  keyPackages = new Map(); // By reference in hex; used up by joining.
  psks = {}; // By base64 of the id, as the library wants it.
  groups = new Map(); // By id in hex: {state, active, pending}.
  lastGroup = undefined; // The one meant by a request that names none.

  // The reply to one request; never rejects.
  async request(request) {
    const echo = request.id === undefined ? {} : { id: request.id };
    try {
      const operation = operations[request.op];
      if (operation === undefined) throw new RequestError(`no operation ${request.op}`);
      if (this.cs === undefined && request.op !== 'init')
        throw new RequestError('init comes first');
      return { ok: true, ...echo, ...(await operation(this, request)) };
    } catch (error) {
      return { ok: false, ...echo, error: error.message, error_type: error.name };
    }
  }
}

const operations = {
  // Starts over as a new member; nothing of an earlier life is kept.
  async init(member, request) {
    const { suite, extensions = [], proposals = [], padding = [], fault } = request;
    if (!kSuites.includes(suite)) throw new RequestError(`suite ${suite} is not one of ${kSuites}`);
    const identity =
      request.identity === undefined
        ? new TextEncoder().encode(request.name ?? '')
        : bytes(request.identity, 'identity');
    if (fault !== undefined && fault !== 'confirmation_tag')
      throw new RequestError(`no fault ${fault}`);
    const cipherSuite = getCiphersuiteFromId(suite);
    const cs = await getCiphersuiteImpl(cipherSuite, defaultCryptoProvider);
    const fresh = new TsMember();
    Object.assign(member, fresh, {
      cs,
      fault,
      credential: { credentialType: 'basic', identity },
      capabilities: {
        versions: ['mls10'],
        ciphersuites: kSuites.map((id) => getCiphersuiteFromId(id).name),
        extensions,
        proposals,
        credentials: ['basic'],
      },
      lifetimeSeconds: request.lifetime_seconds ?? kDefaultLifetimeSeconds,
      publicByDefault: request.handshake === 'public',
      signatureKeys: await cs.signature.keygen(),
      clientConfig: {
        keyRetentionConfig: {
          ...defaultKeyRetentionConfig,
          retainKeysForEpochs:
            request.retain_epochs ?? defaultKeyRetentionConfig.retainKeysForEpochs,
          maximumForwardRatchetSteps:
            request.forward_ratchet ?? defaultKeyRetentionConfig.maximumForwardRatchetSteps,
        },
        lifetimeConfig: defaultLifetimeConfig,
        keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
        paddingConfig: { kind: 'padUntilLength', padUntilLength: padding[0] ?? 0 },
        authService: defaultAuthenticationService,
      },
    });
    return { suite };
  },

  async key_package(member, request) {
    const ours = await newKeyPackage(member, request);
    const ref = hex(await makeKeyPackageRef(ours.publicPackage, member.cs.hash));
    member.keyPackages.set(ref, ours);
    return {
      key_package: encodeMessage('mls_key_package', { keyPackage: ours.publicPackage }),
      ref,
    };
  },

  async create_group(member, request) {
    const groupId = bytes(request.group_id, 'group_id');
    const extensions = (request.extensions ?? []).map(extensionFromJson);
    const { publicPackage, privatePackage } = await newKeyPackage(member, {});
    const state = await createGroup(
      groupId,
      publicPackage,
      privatePackage,
      extensions,
      member.cs,
      member.clientConfig,
    );
    return { group_id: enterGroup(member, state) };
  },

  add(member, request) {
    const keyPackages = request.key_packages ?? [request.key_package];
    const adds = keyPackages.map((key_package) => ({ type: 'add', key_package }));
    return commit(member, { ...request, proposals: [...adds, ...(request.proposals ?? [])] });
  },

  remove(member, request) {
    const removes = (request.leaves ?? [request.leaf]).map((leaf) => ({ type: 'remove', leaf }));
    return commit(member, { ...request, proposals: [...removes, ...(request.proposals ?? [])] });
  },

  update: (member, request) => commit(member, { ...request, force_path: true }),

  commit,

  merge(member, request) {
    const group = groupOf(member, request);
    if (group.pending === undefined) throw new RequestError('no commit to merge');
    group.state = group.pending;
    group.pending = undefined;
    return { epoch: epochOf(group.state) };
  },

  discard(member, request) {
    const group = groupOf(member, request);
    group.pending = undefined;
    return { epoch: epochOf(group.state) };
  },

  async propose(member, request) {
    const group = groupOf(member, request);
    const proposal = proposalFromJson(member, request.proposal);
    const { newState, message } = await createProposal(
      group.state,
      isPublic(member, request),
      proposal,
      member.cs,
      bytesOr(request.aad, 'aad', kNothing),
    );
    group.state = newState;
    return { message: hex(encodeMlsMessage(message)) };
  },

  async join(member, request) {
    const { welcome } = decodeMessage(request.welcome, 'welcome', 'mls_welcome');
    const tree = decodeTree(request.ratchet_tree);
    const [ref, ours] =
      [...member.keyPackages].find(([known]) =>
        welcome.secrets.some((secret) => hex(secret.newMember) === known),
      ) ?? [];
    if (ours === undefined) throw new RequestError('the Welcome is for none of our key packages');
    const psks = makePskIndex(undefined, member.psks);
    let state;
    let mended = false;
    try {
      state = await joinGroup(
        welcome,
        ours.publicPackage,
        ours.privatePackage,
        psks,
        member.cs,
        tree,
        undefined,
        member.clientConfig,
      );
    } catch (error) {
      if (!isUnmergedLeavesRefusal(error)) throw error;
      state = await joinByWelcome(welcome, ours, psks, tree, member.clientConfig, member.cs);
      mended = true;
    }
    member.keyPackages.delete(ref);
    return { group_id: enterGroup(member, state), epoch: epochOf(state), mended };
  },

  async external_join(member, request) {
    const { groupInfo } = decodeMessage(request.group_info, 'group_info', 'mls_group_info');
    const psks = { ...member.psks };
    const pskIds =
      request.psk_id === undefined
        ? []
        : [pskIdFromJson(member, request.psk_id, request.psk_nonce)];
    if (request.psk !== undefined) psks[base64(pskIds[0].pskId)] = bytes(request.psk, 'psk');
    const { newState, commit: message } = await joinExternal(
      groupInfo,
      await newKeyPackage(member, {}),
      {
        tree: decodeTree(request.ratchet_tree),
        psks: makePskIndex(undefined, psks),
        pskIds,
        resync: request.resync ?? false,
        authenticatedData: bytesOr(request.aad, 'aad', kNothing),
        clientConfig: member.clientConfig,
      },
      member.cs,
    );
    return {
      commit: hex(encodeMlsMessage(message)),
      group_id: enterGroup(member, newState),
      epoch: epochOf(newState),
    };
  },

  async handle(member, request) {
    const message = decodeMessage(
      request.message,
      'message',
      'mls_public_message',
      'mls_private_message',
      'mls_welcome',
    );
    if (message.wireformat === 'mls_welcome') return { kind: 'welcome' };
    const framed = message.publicMessage?.content ?? message.privateMessage;
    const group = groupOf(member, { group: hex(framed.groupId) });
    return message.publicMessage !== undefined
      ? handlePublic(member, group, message.publicMessage, request.reject)
      : handlePrivate(member, group, message.privateMessage, request.reject);
  },

  async protect(member, request) {
    const group = groupOf(member, request);
    const { newState, privateMessage } = await createApplicationMessage(
      group.state,
      bytes(request.plaintext, 'plaintext'),
      member.cs,
      bytesOr(request.aad, 'aad', kNothing),
    );
    group.state = newState;
    return {
      message: encodeMessage('mls_private_message', { privateMessage }),
      epoch: epochOf(newState),
    };
  },

  psk(member, request) {
    member.psks[base64(bytes(request.id, 'id'))] = bytes(request.secret, 'secret');
    return {};
  },

  async group_info(member, request) {
    const { state } = groupOf(member, request);
    const groupInfo = await groupInfoOf(
      state,
      {
        externalPub: request.external_pub,
        ratchetTree: request.ratchet_tree ?? true,
        extensions: (request.extensions ?? []).map(extensionFromJson),
      },
      member.cs,
    );
    return { group_info: encodeMessage('mls_group_info', { groupInfo }) };
  },

  ratchet_tree: (member, request) => ({ ratchet_tree: treeOf(groupOf(member, request).state) }),

  async export(member, request) {
    const { state } = groupOf(member, request);
    const secret = await mlsExporter(
      state.keySchedule.exporterSecret,
      request.label,
      bytesOr(request.context, 'context', kNothing),
      request.length ?? 32,
      member.cs,
    );
    return { secret: hex(secret) };
  },

  state(member, request) {
    const { state, active } = groupOf(member, request);
    const context = state.groupContext;
    return {
      epoch: epochOf(state),
      active,
      leaf: state.privatePath.leafIndex,
      members: state.ratchetTree.flatMap((node, index) =>
        node?.nodeType === 'leaf'
          ? [{ leaf: index / 2, identity: hex(node.leaf.credential.identity) }]
          : [],
      ),
      tree_hash: hex(context.treeHash),
      confirmed_transcript_hash: hex(context.confirmedTranscriptHash),
      epoch_authenticator: hex(state.keySchedule.epochAuthenticator),
      confirmation_tag: hex(state.confirmationTag),
      extensions: context.extensions.map(extensionToJson),
    };
  },

  save: (member, request) => ({ state: hex(encodeGroupState(groupOf(member, request).state)) }),

  load(member, request) {
    const decoded = decodeGroupState(bytes(request.state, 'state'), 0);
    if (decoded === undefined) throw new RequestError('state does not decode');
    const state = { ...decoded[0], clientConfig: member.clientConfig };
    return { group_id: enterGroup(member, state), epoch: epochOf(state) };
  },

  groups: (member) => ({ groups: [...member.groups.keys()] }),

  quit: () => ({}),
};

const epochOf = (state) => Number(state.groupContext.epoch);
const treeOf = (state) => hex(encode(ratchetTreeEncoder)(state.ratchetTree));

function groupOf(member, request) {
  const id = request.group ?? member.lastGroup;
  const group = member.groups.get(id);
  if (group === undefined) throw new RequestError(`no group ${id}`);
  member.lastGroup = id;
  return group;
}

function enterGroup(member, state) {
  const id = hex(state.groupContext.groupId);
  member.groups.set(id, { state, active: true, pending: undefined });
  member.lastGroup = id;
  return id;
}

const isPublic = (member, request) =>
  request.handshake === undefined ? member.publicByDefault : request.handshake === 'public';

function newKeyPackage(member, { not_before, not_after }) {
  const now = Math.floor(Date.now() / 1000);
  const lifetime = {
    notBefore: BigInt(not_before ?? now - kClockSkewSeconds),
    notAfter: BigInt(not_after ?? now + member.lifetimeSeconds),
  };
  const signatureKeys = member.signatureKeys;
  return generateKeyPackageWithKey(
    member.credential,
    member.capabilities,
    lifetime,
    [],
    signatureKeys,
    member.cs,
  );
}

// Commits the pending proposals and those of the request. The library's own commit is used wherever
// it is right; `commitWithPath` stands in where it is not.
async function commit(member, request) {
  const group = groupOf(member, request);
  const { state } = group;
  const proposals = (request.proposals ?? []).map((proposal) => proposalFromJson(member, proposal));
  const types = [
    ...Object.values(state.unappliedProposals).map((p) => p.proposal),
    ...proposals,
  ].map((proposal) => proposal.proposalType);
  const makesPath = types.length === 0 || types.includes('update') || types.includes('remove');
  const mustMend =
    types.includes('group_context_extensions') ||
    (request.force_path && !makesPath) ||
    member.fault !== undefined;
  const psks = makePskIndex(state, member.psks);
  const publicMessage = isPublic(member, request);
  const treeInside = request.ratchet_tree ?? true;
  const authenticatedData = bytesOr(request.aad, 'aad', kNothing);
  const made = mustMend
    ? await commitWithPath(
        state,
        {
          proposals,
          psks,
          publicMessage,
          treeInside,
          authenticatedData,
          faultyTag: member.fault === 'confirmation_tag',
        },
        member.cs,
      )
    : await createCommit(
        { state, pskIndex: psks, cipherSuite: member.cs },
        {
          wireAsPublicMessage: publicMessage,
          extraProposals: proposals,
          ratchetTreeExtension: treeInside,
          authenticatedData,
        },
      );
  if (request.merge ?? true) group.state = made.newState;
  else group.pending = made.newState;

  const reply = { commit: hex(encodeMlsMessage(made.commit)), epoch: epochOf(made.newState) };
  if (made.welcome !== undefined)
    reply.welcome = encodeMessage('mls_welcome', { welcome: made.welcome });
  if (!treeInside) reply.ratchet_tree = treeOf(made.newState);
  if (request.with_group_info) {
    const groupInfo = await groupInfoOf(
      made.newState,
      { externalPub: true, ratchetTree: treeInside },
      member.cs,
    );
    reply.group_info = encodeMessage('mls_group_info', { groupInfo });
  }
  return reply;
}

// What the library calls back with while it handles a proposal or commit. Our own removal is read
// here, from the proposals: the library looks for a blank leaf and so misses a removal whose leaf a
// newcomer takes in the same commit.
function observer(state, reject) {
  const seen = { proposals: [], removed: false };
  const callback = (incoming) => {
    const proposals = incoming.kind === 'commit' ? incoming.proposals : [incoming.proposal];
    seen.proposals = proposals.map(({ proposal, senderLeafIndex }) => ({
      type: proposal.proposalType,
      sender: senderLeafIndex ?? null,
    }));
    seen.removed =
      incoming.kind === 'commit' &&
      proposals.some(
        ({ proposal }) =>
          proposal.proposalType === 'remove' &&
          proposal.remove.removed === state.privatePath.leafIndex,
      );
    return reject || seen.removed ? 'reject' : 'accept';
  };
  return { seen, callback };
}

async function handlePublic(member, group, message, reject) {
  const { state } = group;
  const { seen, callback } = observer(state, reject);
  const { sender, contentType } = message.content;
  const result = await processPublicMessage(
    state,
    message,
    makePskIndex(state, member.psks),
    member.cs,
    callback,
  );
  return settle(group, contentType, sender.leafIndex, result.newState, seen, reject);
}

// `processMessage` would lose the PSKs of a PrivateMessage, and nothing tells the sender.
async function handlePrivate(member, group, message, reject) {
  const { state } = group;
  const { seen, callback } = observer(state, reject);
  const past = state.historicalReceiverData.get(message.epoch);
  const { senderDataSecret, ratchetTree } = past ?? {
    senderDataSecret: state.keySchedule.senderDataSecret,
    ratchetTree: state.ratchetTree,
  };
  const senderData = await decryptSenderData(message, senderDataSecret, member.cs);
  const sender = senderData?.leafIndex;
  const result = await processPrivateMessage(
    state,
    message,
    makePskIndex(state, member.psks),
    member.cs,
    callback,
  );
  if (result.kind !== 'applicationMessage')
    return settle(group, message.contentType, sender, result.newState, seen, reject);
  group.state = result.newState;
  return {
    kind: 'application',
    sender,
    sender_identity: hex(ratchetTree[2 * sender].leaf.credential.identity),
    plaintext: hex(result.message),
    aad: hex(message.authenticatedData),
    epoch: Number(message.epoch),
  };
}

// Takes over what a handshake message brought, unless it was rejected.
function settle(group, contentType, sender, newState, seen, reject) {
  const kind = reject ? 'rejected' : contentType;
  const identity = group.state.ratchetTree[2 * sender]?.leaf.credential.identity;
  if (!reject) {
    if (seen.removed) group.active = false;
    else group.state = newState;
    if (kind === 'commit') group.pending = undefined;
  }
  return {
    kind,
    sender: sender ?? null,
    sender_identity: identity === undefined ? null : hex(identity),
    proposals: seen.proposals,
    active: group.active,
    epoch: epochOf(group.state),
  };
}
