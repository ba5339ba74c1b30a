// hearthd.
#include "server/hearthd/server.h"

int main(int argc, char** argv) {
  return hearth::server::hearthd_main(argc, argv, hearth::server::open_log);
}
