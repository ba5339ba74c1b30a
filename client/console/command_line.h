// The command line of hearth.
#pragma once

namespace hearth::client {

// Exit codes: 0 clean, 1 a bug, an audit that does not hold or a pack that is not good, 2 usage. A
// link in the arguments or the environment is refused before anything else.
int hearth_main(int argc, char** argv);

}  // namespace hearth::client
