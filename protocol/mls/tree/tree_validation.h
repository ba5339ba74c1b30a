// What a joiner checks of a tree it was handed (RFC 9420 §12.4.3.1).
#pragma once

#include "protocol/mls/tree/tree_view.h"

namespace hearth::mls {

// The lists of unmerged leaves: sorted, without repetition, of non-blank leaves below the node,
// each known to every non-blank node between. Fails with unmerged_leaves_invalid.
Status verify_unmerged_leaves(const TreeView& tree);

// All of the joiner's checks of the tree itself: unmerged leaves, parent keys that suit the cipher
// suite, parent hashes. Uniqueness of keys is an invariant of RatchetTree. Left to the group: the
// tree hash against the GroupInfo, and each leaf's signature, lifetime and capabilities (§7.3).
Status validate_tree(const TreeView& tree, CipherSuite suite);

}  // namespace hearth::mls
