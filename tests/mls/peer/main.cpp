// hearth-mls-peer: one MLS member behind JSON lines, a request per line in, its reply per line out.
#include <iostream>
#include <string>

#include "tests/mls/peer/peer.h"

int main() {
  std::ios::sync_with_stdio(false);
  hearth::crypto::SystemRandom random;
  hearth::mls::peer::Peer peer(random);
  for (std::string line; !peer.done() && std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::cout << peer.answer(line) << '\n' << std::flush;
  }
  return 0;
}
