// What ts-mls 1.6.4 leaves out or gets wrong, done here with the library's own parts.
//
// The library is used as it is wherever it follows RFC 9420; each function below names the gap that
// makes it necessary. Nothing here loosens a check: where the library's check is wrong, the RFC's
// stands in its place. All functions are pure: they take a state and return a new one.

import { encode } from 'ts-mls/codec/tlsEncoder.js';
import { decodeVarLenData, varLenDataEncoder } from 'ts-mls/codec/variableLength.js';
import {
  addHistoricalReceiverData,
  applyProposals,
  checkCanSendHandshakeMessages,
  exportSecret,
  nextEpochContext,
} from 'ts-mls/clientState.js';
import { createGroupInfo } from 'ts-mls/createCommit.js';
import { deriveSecret } from 'ts-mls/crypto/kdf.js';
import { extensionsSupportedByCapabilities } from 'ts-mls/extension.js';
import { createConfirmationTag, createContentCommitSignature } from 'ts-mls/framedContent.js';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { initializeEpoch } from 'ts-mls/keySchedule.js';
import { protect } from 'ts-mls/messageProtection.js';
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
import { UsageError } from 'ts-mls/mlsError.js';
import { pathToPathSecrets } from 'ts-mls/pathSecrets.js';
import { toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js';
import { accumulatePskSecret } from 'ts-mls/pskIndex.js';
import { addLeafNode, ratchetTreeEncoder, removeLeafNode } from 'ts-mls/ratchetTree.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { leafToNodeIndex, leafWidth } from 'ts-mls/treemath.js';
import { createUpdatePath, firstCommonAncestor } from 'ts-mls/updatePath.js';
import { encryptGroupInfo, encryptGroupSecrets } from 'ts-mls/welcome.js';
import { checkSigner, checkTree, freshState, requireThat, sameBytes } from './ts_join.js';

// --- external_pub -------------------------------------------------------------------------------
// Gap: the library writes and reads the bare key; RFC 9420 12.4.3.2 says HPKEPublicKey, opaque<V>.

export async function externalPubExtension(state, cs) {
  const { publicKey } = await cs.hpke.deriveKeyPair(state.keySchedule.externalSecret);
  const extensionData = encode(varLenDataEncoder)(await cs.hpke.exportPublicKey(publicKey));
  return { extensionType: 'external_pub', extensionData };
}

function externalPubOf(groupInfo) {
  const extension = groupInfo.extensions.find((e) => e.extensionType === 'external_pub');
  requireThat(extension !== undefined, 'GroupInfo without external_pub');
  const [key, length] = decodeVarLenData(extension.extensionData, 0);
  requireThat(length === extension.extensionData.length, 'trailing bytes in external_pub');
  return key;
}

// A signed GroupInfo of the current epoch.
export async function groupInfoOf(state, { externalPub, ratchetTree, extensions = [] }, cs) {
  const all = [...extensions];
  if (externalPub) all.push(await externalPubExtension(state, cs));
  if (ratchetTree) all.push(ratchetTreeExtension(state.ratchetTree));
  return createGroupInfo(state.groupContext, state.confirmationTag, state, all, cs);
}

function ratchetTreeExtension(tree) {
  return { extensionType: 'ratchet_tree', extensionData: encode(ratchetTreeEncoder)(tree) };
}

// --- commits with a path of our choosing --------------------------------------------------------
// Gaps: the library makes no path for Adds, PSKs and GroupContextExtensions, although RFC 9420 12.4
// asks for one with the last; and where a path is made beside GroupContextExtensions it is
// encrypted under the old extensions (12.4.1 says the new ones).

// Commits all pending proposals, then `proposals` by value, always with a path. With `faultyTag` a
// bit of the confirmation tag in the message is flipped, so that nobody may accept it.
export async function commitWithPath(state, options, cs) {
  const { proposals, psks, publicMessage, treeInside, authenticatedData, faultyTag } = options;
  checkCanSendHandshakeMessages(state);
  const own = state.privatePath.leafIndex;
  const wireformat = publicMessage ? 'mls_public_message' : 'mls_private_message';
  const bundle = [
    ...Object.keys(state.unappliedProposals).map((ref) => ({
      proposalOrRefType: 'reference',
      reference: new Uint8Array(Buffer.from(ref, 'base64')),
    })),
    ...proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal })),
  ];
  const applied = await applyProposals(state, bundle, own, psks, true, cs);
  requireThat(applied.additionalResult.kind === 'memberCommit', 'not a member commit', UsageError);
  const { addedLeafNodes, extensions } = applied.additionalResult;

  // The path is encrypted under the new extensions; the content is signed under the old context.
  const context =
    extensions.length > 0 ? { ...state.groupContext, extensions } : state.groupContext;
  const newcomers = addedLeafNodes.map(([leaf]) => leafToNodeIndex(leaf));
  const path = await makePath(applied.tree, own, context, state.signaturePrivateKey, newcomers, cs);
  const { framedContent, signature } = await createContentCommitSignature(
    state.groupContext,
    wireformat,
    { proposals: bundle, path: path.updatePath },
    { senderType: 'member', leafIndex: own },
    authenticatedData,
    state.signaturePrivateKey,
    cs.signature,
  );
  const next = await enterEpoch(
    {
      context,
      wireformat,
      framedContent,
      signature,
      path,
      pskSecret: applied.pskSecret,
      oldTag: state.confirmationTag,
      initSecret: state.keySchedule.initSecret,
    },
    cs,
  );

  const sentTag = Uint8Array.from(next.confirmationTag);
  if (faultyTag) sentTag[0] ^= 1;
  const auth = { contentType: 'commit', signature, confirmationTag: sentTag };
  const message = publicMessage
    ? {
        publicMessage: await protectPublicMessage(
          state.keySchedule.membershipKey,
          state.groupContext,
          { wireformat, content: framedContent, auth },
          cs,
        ),
      }
    : {
        privateMessage: (
          await protect(
            state.keySchedule.senderDataSecret,
            authenticatedData,
            state.groupContext,
            state.secretTree,
            { ...framedContent, auth },
            own,
            state.clientConfig.paddingConfig,
            cs,
          )
        ).privateMessage,
      };

  const kept = {
    ...path.privateKeys,
    privateKeys: { ...state.privatePath.privateKeys, ...path.privateKeys.privateKeys },
  };
  const newState = {
    ...state,
    ...next.state,
    privatePath: kept,
    unappliedProposals: {},
    historicalReceiverData: addHistoricalReceiverData(state)[0],
  };
  const welcome =
    addedLeafNodes.length === 0
      ? undefined
      : await welcomeFor(addedLeafNodes, newState, next, path, applied.pskIds, treeInside, cs);
  return { newState, commit: { version: 'mls10', wireformat, ...message }, welcome };
}

// An UpdatePath from `leaf`, the secrets behind it and the private keys they give.
async function makePath(provisionalTree, leaf, context, signatureKey, newcomers, cs) {
  const [tree, updatePath, secrets, leafKey] = await createUpdatePath(
    provisionalTree,
    leaf,
    context,
    signatureKey,
    cs,
    newcomers,
  );
  requireThat(secrets.length > 0, 'a path needs somebody to encrypt to', UsageError);
  const parents = await toPrivateKeyPath(pathToPathSecrets(secrets), leaf, cs);
  const privateKeys = updateLeafKey(parents, await cs.hpke.exportPrivateKey(leafKey));
  const commitSecret = await deriveSecret(secrets.at(-1).secret, 'path', cs.kdf);
  return { tree, updatePath, secrets, privateKeys, commitSecret };
}

// The epoch after a commit of ours: RFC 9420 8, from the signed content on.
async function enterEpoch(from, cs) {
  const groupContext = await nextEpochContext(
    from.context,
    from.wireformat,
    from.framedContent,
    from.signature,
    await treeHashRoot(from.path.tree, cs.hash),
    from.oldTag,
    cs.hash,
  );
  const epoch = await initializeEpoch(
    from.initSecret,
    from.path.commitSecret,
    groupContext,
    from.pskSecret,
    cs.kdf,
  );
  const confirmationTag = await createConfirmationTag(
    epoch.keySchedule.confirmationKey,
    groupContext.confirmedTranscriptHash,
    cs.hash,
  );
  const ratchetTree = from.path.tree;
  const secretTree = await createSecretTree(
    leafWidth(ratchetTree.length),
    epoch.encryptionSecret,
    cs.kdf,
  );
  return {
    confirmationTag,
    joinerSecret: epoch.joinerSecret,
    welcomeSecret: epoch.welcomeSecret,
    state: {
      groupContext,
      ratchetTree,
      secretTree,
      keySchedule: epoch.keySchedule,
      confirmationTag,
    },
  };
}

async function welcomeFor(addedLeafNodes, newState, next, path, psks, treeInside, cs) {
  const info = await groupInfoOf(newState, { ratchetTree: treeInside }, cs);
  const encryptedGroupInfo = await encryptGroupInfo(info, next.welcomeSecret, cs);
  const secrets = await Promise.all(
    addedLeafNodes.map(async ([leaf, keyPackage]) => {
      const ancestor = firstCommonAncestor(
        newState.ratchetTree,
        leaf,
        newState.privatePath.leafIndex,
      );
      const pathSecret = path.secrets.find((s) => s.nodeIndex === ancestor).secret;
      const initKey = await cs.hpke.importPublicKey(keyPackage.initKey);
      const { enc, ct } = await encryptGroupSecrets(
        initKey,
        encryptedGroupInfo,
        { joinerSecret: next.joinerSecret, pathSecret, psks },
        cs.hpke,
      );
      return {
        newMember: await makeKeyPackageRef(keyPackage, cs.hash),
        encryptedGroupSecrets: { kemOutput: enc, ciphertext: ct },
      };
    }),
  );
  return { cipherSuite: newState.groupContext.cipherSuite, secrets, encryptedGroupInfo };
}

// --- external commits ---------------------------------------------------------------------------
// Gaps: joinGroupExternal takes no PSK and reads external_pub wrongly (RFC 9420 12.4.3.2).

// Joins by GroupInfo alone. With `resync` the leaf that holds our signature key is removed.
export async function joinExternal(groupInfo, ours, options, cs) {
  const { tree: treeBeside, psks, pskIds = [], resync, authenticatedData, clientConfig } = options;
  const { publicPackage, privatePackage } = ours;
  const context = groupInfo.groupContext;
  const leafNode = publicPackage.leafNode;
  requireThat(context.cipherSuite === publicPackage.cipherSuite, 'another cipher suite');
  requireThat(
    extensionsSupportedByCapabilities(context.extensions, leafNode.capabilities),
    'an extension of the group is not ours',
  );
  const tree = ratchetTreeFromExtension(groupInfo) ?? treeBeside;
  requireThat(tree !== undefined, 'no ratchet tree', UsageError);
  await checkTree(tree, context, clientConfig, cs);
  await checkSigner(groupInfo, tree, cs);

  const { enc, secret: initSecret } = await exportSecret(externalPubOf(groupInfo), cs);
  const proposals = [
    { proposalType: 'external_init', externalInit: { kemOutput: enc } },
    ...pskIds.map((preSharedKeyId) => ({ proposalType: 'psk', psk: { preSharedKeyId } })),
  ];
  let provisional = tree;
  if (resync) {
    const node = tree.findIndex(
      (n) =>
        n?.nodeType === 'leaf' && sameBytes(n.leaf.signaturePublicKey, leafNode.signaturePublicKey),
    );
    requireThat(node >= 0, 'no former leaf to resync', UsageError);
    proposals.push({ proposalType: 'remove', remove: { removed: node / 2 } });
    provisional = removeLeafNode(tree, node / 2);
  }
  const [withLeaf, node] = addLeafNode(provisional, leafNode);
  const path = await makePath(
    withLeaf,
    node / 2,
    context,
    privatePackage.signaturePrivateKey,
    [],
    cs,
  );
  const zeros = new Uint8Array(cs.kdf.size);
  const [pskSecret] = await accumulatePskSecret(pskIds, psks, cs, zeros);

  const wireformat = 'mls_public_message'; // An external commit has no other form.
  const { framedContent, signature } = await createContentCommitSignature(
    context,
    wireformat,
    {
      proposals: proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal })),
      path: path.updatePath,
    },
    { senderType: 'new_member_commit' },
    authenticatedData,
    privatePackage.signaturePrivateKey,
    cs.signature,
  );
  const next = await enterEpoch(
    {
      context,
      wireformat,
      framedContent,
      signature,
      path,
      pskSecret,
      oldTag: groupInfo.confirmationTag,
      initSecret,
    },
    cs,
  );
  const auth = { contentType: 'commit', signature, confirmationTag: next.confirmationTag };
  const publicMessage = await protectPublicMessage(
    next.state.keySchedule.membershipKey,
    next.state.groupContext,
    { wireformat, content: framedContent, auth },
    cs,
  );
  return {
    newState: freshState(
      { ...next.state, privatePath: path.privateKeys },
      privatePackage,
      clientConfig,
    ),
    commit: { version: 'mls10', wireformat, publicMessage },
  };
}
