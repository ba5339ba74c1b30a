// libsodium's initialisation.
#include <sodium.h>

#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto::sodium {

void ready() {
  static const bool initialised = sodium_init() >= 0;
  expects(initialised);
}

}  // namespace hearth::crypto::sodium
