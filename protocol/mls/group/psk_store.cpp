// The application's pre-shared keys in two maps.
#include "protocol/mls/group/options.h"

namespace hearth::mls {

void PskStore::add_external(ByteView psk_id, SecretBytes psk) {
  external_.insert_or_assign(to_bytes(psk_id), std::move(psk));
}

void PskStore::add_resumption(ByteView group_id, Epoch epoch, Secret32 psk) {
  resumption_.insert_or_assign({to_bytes(group_id), epoch}, std::move(psk));
}

void PskStore::remove_external(ByteView psk_id) { external_.erase(to_bytes(psk_id)); }

const SecretBytes* PskStore::find_external(ByteView psk_id) const {
  const auto found = external_.find(to_bytes(psk_id));
  return found == external_.end() ? nullptr : &found->second;
}

const Secret32* PskStore::find_resumption(ByteView group_id, Epoch epoch) const {
  const auto found = resumption_.find({to_bytes(group_id), epoch});
  return found == resumption_.end() ? nullptr : &found->second;
}

}  // namespace hearth::mls
