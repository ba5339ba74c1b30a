// What stands in requests and replies, to and from the words of ts-mls.

import { decodeMlsMessage, defaultExtensionTypes, encodeMlsMessage } from 'ts-mls';
import { decodeRatchetTree } from 'ts-mls/ratchetTree.js';

export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const base64 = (bytes) => Buffer.from(bytes).toString('base64');

export class RequestError extends Error {
  name = 'RequestError';
}

export function bytes(text, field) {
  if (typeof text !== 'string' || !/^([0-9a-f]{2})*$/i.test(text))
    throw new RequestError(`${field} is not hex`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export const bytesOr = (text, field, otherwise) =>
  text === undefined ? otherwise : bytes(text, field);
export const kNothing = new Uint8Array();

// The library names the extension types it knows and numbers the others.
const kExtensionNames = Object.fromEntries(
  Object.entries(defaultExtensionTypes).map(([k, v]) => [v, k]),
);
export const extensionFromJson = ({ type, data }) => ({
  extensionType: kExtensionNames[type] ?? type,
  extensionData: bytes(data, 'extension data'),
});
export const extensionToJson = ({ extensionType, extensionData }) => ({
  type: defaultExtensionTypes[extensionType] ?? extensionType,
  data: hex(extensionData),
});

export function decodeMessage(text, field, ...wireformats) {
  const raw = bytes(text, field);
  const decoded = decodeMlsMessage(raw, 0);
  if (decoded === undefined || decoded[1] !== raw.length)
    throw new RequestError(`${field} does not decode`);
  if (!wireformats.includes(decoded[0].wireformat))
    throw new RequestError(`${field} is a ${decoded[0].wireformat}`);
  return decoded[0];
}

export const encodeMessage = (wireformat, body) =>
  hex(encodeMlsMessage({ version: 'mls10', wireformat, ...body }));

export function decodeTree(text) {
  if (text === undefined) return undefined;
  const raw = bytes(text, 'ratchet_tree');
  const decoded = decodeRatchetTree(raw, 0);
  if (decoded === undefined || decoded[1] !== raw.length)
    throw new RequestError('ratchet_tree does not decode');
  return decoded[0];
}

export function pskIdFromJson(member, id, nonce) {
  const pskNonce = bytesOr(nonce, 'nonce', member.cs.rng.randomBytes(member.cs.kdf.size));
  return { psktype: 'external', pskId: bytes(id, 'id'), pskNonce };
}

export function proposalFromJson(member, proposal) {
  switch (proposal.type) {
    case 'add': {
      const { keyPackage } = decodeMessage(proposal.key_package, 'key_package', 'mls_key_package');
      return { proposalType: 'add', add: { keyPackage } };
    }
    case 'remove':
      return { proposalType: 'remove', remove: { removed: proposal.leaf } };
    case 'psk':
      return {
        proposalType: 'psk',
        psk: { preSharedKeyId: pskIdFromJson(member, proposal.id, proposal.nonce) },
      };
    case 'group_context_extensions': {
      const extensions = proposal.extensions.map(extensionFromJson);
      return { proposalType: 'group_context_extensions', groupContextExtensions: { extensions } };
    }
    case 'custom':
      return { proposalType: proposal.number, proposalData: bytes(proposal.data, 'data') };
    default:
      throw new RequestError(`ts-mls makes no ${proposal.type} proposal`);
  }
}
