// Joining by Welcome, and what a newcomer checks in a tree, where ts-mls 1.6.4 checks wrongly.
//
// Gap: the library wants *equal* unmerged_leaves on all non-blank nodes of a direct path, so it
// refuses valid trees (RFC 9420 12.4.3.1 asks only that the nodes between list the leaf too).

import { deriveSecret } from 'ts-mls/crypto/kdf.js';
import { extensionsSupportedByCapabilities } from 'ts-mls/extension.js';
import {
  ratchetTreeFromExtension,
  verifyGroupInfoConfirmationTag,
  verifyGroupInfoSignature,
} from 'ts-mls/groupInfo.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { deriveKeySchedule } from 'ts-mls/keySchedule.js';
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import { CryptoVerificationError, UsageError, ValidationError } from 'ts-mls/mlsError.js';
import { verifyParentHashes } from 'ts-mls/parentHash.js';
import { pathToRoot } from 'ts-mls/pathSecrets.js';
import { accumulatePskSecret } from 'ts-mls/pskIndex.js';
import { findLeafIndex } from 'ts-mls/ratchetTree.js';
import { decodeRequiredCapabilities } from 'ts-mls/requiredCapabilities.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { directPath, leafToNodeIndex, leafWidth } from 'ts-mls/treemath.js';
import { firstCommonAncestor } from 'ts-mls/updatePath.js';
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js';

export const sameBytes = (a, b) => Buffer.compare(a, b) === 0;

export function requireThat(condition, message, ErrorType = ValidationError) {
  if (!condition) throw new ErrorType(message);
}

// The library's refusal of such a tree: the one case in which `joinByWelcome` is to be used.
export const isUnmergedLeavesRefusal = (error) =>
  error instanceof ValidationError &&
  error.message === 'non-blank intermediate node must list leaf node in its unmerged_leaves';

// Joins by Welcome with the tree checked as the RFC says, and the path secret compared with every
// public key it must explain, which the library leaves out.
export async function joinByWelcome(welcome, ours, psks, treeBeside, clientConfig, cs) {
  const { publicPackage, privatePackage } = ours;
  const ref = await makeKeyPackageRef(publicPackage, cs.hash);
  const initKey = await cs.hpke.importPrivateKey(privatePackage.initPrivateKey);
  const secrets = await decryptGroupSecrets(initKey, ref, welcome, cs.hpke);
  requireThat(secrets !== undefined, 'undecodable GroupSecrets');
  const [pskSecret] = await accumulatePskSecret(
    secrets.psks,
    psks,
    cs,
    new Uint8Array(cs.kdf.size),
  );
  const info = await decryptGroupInfo(welcome, secrets.joinerSecret, pskSecret, cs);
  requireThat(info !== undefined, 'undecodable GroupInfo');
  const context = info.groupContext;
  requireThat(context.cipherSuite === publicPackage.cipherSuite, 'another cipher suite');
  requireThat(
    extensionsSupportedByCapabilities(context.extensions, publicPackage.leafNode.capabilities),
    'an extension of the group is not ours',
  );
  const tree = ratchetTreeFromExtension(info) ?? treeBeside;
  requireThat(tree !== undefined, 'no ratchet tree', UsageError);
  await checkTree(tree, context, clientConfig, cs);
  await checkSigner(info, tree, cs);
  requireThat(
    await verifyGroupInfoConfirmationTag(info, secrets.joinerSecret, pskSecret, cs),
    'Could not verify confirmation tag',
    CryptoVerificationError,
  );

  const own = findLeafIndex(tree, publicPackage.leafNode);
  requireThat(own !== undefined, 'our leaf is not in the tree');
  const privateKeys = { [leafToNodeIndex(own)]: privatePackage.hpkePrivateKey };
  if (secrets.pathSecret !== undefined) {
    const ancestor = firstCommonAncestor(tree, own, info.signer);
    const onPath = await pathToRoot(tree, ancestor, secrets.pathSecret, cs.kdf);
    for (const [index, secret] of Object.entries(onPath)) {
      const node = tree[index];
      if (node === undefined) continue; // A blank root stands outside the filtered direct path.
      const pair = await cs.hpke.deriveKeyPair(await deriveSecret(secret, 'node', cs.kdf));
      requireThat(
        sameBytes(node.parent.hpkePublicKey, await cs.hpke.exportPublicKey(pair.publicKey)),
        'path secret does not explain the tree',
        CryptoVerificationError,
      );
      privateKeys[index] = await cs.hpke.exportPrivateKey(pair.privateKey);
    }
  }
  const [keySchedule, encryptionSecret] = await deriveKeySchedule(
    secrets.joinerSecret,
    pskSecret,
    context,
    cs.kdf,
  );
  const secretTree = await createSecretTree(leafWidth(tree.length), encryptionSecret, cs.kdf);
  return freshState(
    {
      groupContext: context,
      ratchetTree: tree,
      secretTree,
      keySchedule,
      confirmationTag: info.confirmationTag,
      privatePath: { leafIndex: own, privateKeys },
    },
    privatePackage,
    clientConfig,
  );
}

export async function checkSigner(info, tree, cs) {
  const signer = tree[leafToNodeIndex(info.signer)];
  requireThat(signer?.nodeType === 'leaf', 'the signer of the GroupInfo has no leaf');
  requireThat(
    await verifyGroupInfoSignature(info, signer.leaf.signaturePublicKey, cs.signature),
    'Could not verify groupInfo signature',
    CryptoVerificationError,
  );
}

// RFC 9420 12.4.3.1: what a newcomer checks in a tree, save lifetimes (7.3 leaves these to the
// application on receipt, and the library's default does not check them either).
export async function checkTree(tree, context, clientConfig, cs) {
  requireThat(sameBytes(context.treeHash, await treeHashRoot(tree, cs.hash)), 'tree hash differs');
  requireThat(await verifyParentHashes(tree, cs.hash), 'parent hashes do not hold');
  const width = leafWidth(tree.length);
  const leaves = tree.flatMap((n, i) => (n?.nodeType === 'leaf' ? [[i, n.leaf]] : []));
  const encryptionKeys = new Set();
  const isNew = (keys, key) => keys.size !== keys.add(Buffer.from(key).toString('hex')).size;

  for (const [index, node] of tree.entries()) {
    if (node === undefined) continue;
    requireThat((node.nodeType === 'leaf') === (index % 2 === 0), 'node of the wrong kind');
    const key = node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey;
    requireThat(isNew(encryptionKeys, key), 'encryption key twice in the tree');
    if (node.nodeType === 'leaf') continue;
    let last = -1;
    for (const unmerged of node.parent.unmergedLeaves) {
      requireThat(unmerged > last, 'unmerged_leaves out of order');
      last = unmerged;
      const path = directPath(leafToNodeIndex(unmerged), width);
      const level = path.indexOf(index);
      requireThat(
        level >= 0 && tree[leafToNodeIndex(unmerged)]?.nodeType === 'leaf',
        'unmerged leaf is not a non-blank descendant',
      );
      requireThat(
        path
          .slice(0, level)
          .every(
            (between) =>
              tree[between] === undefined || tree[between].parent.unmergedLeaves.includes(unmerged),
          ),
        'a node between does not list the unmerged leaf',
      );
    }
  }

  const requirement = context.extensions.find((e) => e.extensionType === 'required_capabilities');
  const required = requirement && decodeRequiredCapabilities(requirement.extensionData, 0)[0];
  const signatureKeys = new Set();
  await Promise.all(
    leaves.map(async ([index, leaf]) => {
      requireThat(isNew(signatureKeys, leaf.signaturePublicKey), 'signature key twice in the tree');
      requireThat(
        leaves.every(([, other]) =>
          other.capabilities.credentials.includes(leaf.credential.credentialType),
        ),
        'credential not understood by all',
      );
      requireThat(
        required === undefined || meets(leaf.capabilities, required),
        'required capabilities missing in a leaf',
      );
      requireThat(
        extensionsSupportedByCapabilities(leaf.extensions, leaf.capabilities) &&
          extensionsSupportedByCapabilities(context.extensions, leaf.capabilities),
        'extension not in the capabilities of a leaf',
      );
      const valid =
        leaf.leafNodeSource === 'key_package'
          ? await verifyLeafNodeSignatureKeyPackage(leaf, cs.signature)
          : await verifyLeafNodeSignature(leaf, context.groupId, index / 2, cs.signature);
      requireThat(valid, 'Could not verify leaf node signature', CryptoVerificationError);
      requireThat(
        await clientConfig.authService.validateCredential(leaf.credential, leaf.signaturePublicKey),
        'Could not validate credential',
      );
    }),
  );
}

const meets = (capabilities, required) =>
  required.extensionTypes.every((type) => capabilities.extensions.includes(type)) &&
  required.proposalTypes.every((type) => capabilities.proposals.includes(type)) &&
  required.credentialTypes.every((type) => capabilities.credentials.includes(type));

// A state at its first epoch.
export function freshState(epoch, privatePackage, clientConfig) {
  return {
    ...epoch,
    signaturePrivateKey: privatePackage.signaturePrivateKey,
    unappliedProposals: {},
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig,
  };
}
