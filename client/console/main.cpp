// The console client.
#include "client/console/command_line.h"

int main(int argc, char** argv) { return hearth::client::hearth_main(argc, argv); }
