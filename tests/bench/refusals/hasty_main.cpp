// hearthd as it must not be: it verifies no signature where it does not know the key. The early
// return that hearth-refusal-bench has to find.
#include "server/hearthd/server.h"
#include "tests/adversary/without.h"

int main(int argc, char** argv) {
  const hearth::test::Without hasty(hearth::Defence::whole_proof);
  return hearth::server::hearthd_main(argc, argv, hearth::server::open_log);
}
