// The command line of hearth.
#pragma once

namespace hearth::client {

// Exit codes: 0 clean, 1 a bug, 2 usage.
int hearth_main(int argc, char** argv);

}  // namespace hearth::client
