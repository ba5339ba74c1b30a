// Pre-shared keys (RFC 9420 §8.4): the chain that folds them, in their order, into psk_secret.
#pragma once

#include <span>

#include "protocol/mls/messages/proposal.h"

namespace hearth::mls {

// A PSK that was looked up: which one, and what it is.
struct Psk {
  PreSharedKeyId id;
  SecretBytes secret;
};

// psk_secret for the PSKs in the order of the Commit or of GroupSecrets; all zero for none. The
// order, each index and the count are part of the result. At most 65,535 PSKs (a bug otherwise:
// check untrusted lists with check_psk_ids first).
Secret32 derive_psk_secret(std::span<const Psk> psks);

// The rules of RFC 9420 §8.4 and §12.2 on a list of ids: each psk_nonce is Nh bytes long
// (psk_nonce_invalid), no PreSharedKeyID occurs twice (commit_duplicate_psk; the nonce is part of
// it, so that one PSK may come again under another nonce), and there are at most 65,535. Which
// usages are allowed where is for the group to say.
Status check_psk_ids(std::span<const PreSharedKeyId> ids);

}  // namespace hearth::mls
