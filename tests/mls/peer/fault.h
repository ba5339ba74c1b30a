// Faults planted on purpose, to see that the others notice. They live in this instrument alone.
#pragma once

#include "protocol/mls/group/group.h"
#include "protocol/mls/schedule/secret_tree.h"

namespace hearth::mls::peer {

// A commit of `group`, made a moment ago and not merged, with one bit of its confirmation tag
// turned over, and otherwise as its members must take it: framed, tagged and sealed anew. `before`
// is the encoded secret tree of the group as it was when the commit was made.
Result<Bytes> with_false_tag(const Group& group, ByteView before, ByteView commit,
                             crypto::RandomSource& random);

// The same for the commit of an external joiner, which no membership tag covers.
Result<Bytes> with_false_tag(ByteView external_commit);

}  // namespace hearth::mls::peer
