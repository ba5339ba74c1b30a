// For who watches over a room from outside: the safeguarding key, and the reports sealed to it.
#pragma once

#include <string>

#include "client/console/websocket.h"

namespace hearth::client {

// hearth safeguard keygen: makes a key, prints both halves, keeps neither. Returns the exit code.
int safeguard_keygen();

// hearth safeguard open: asks for the key (not shown) and for a sealed report, opens it, asks the
// server about each message in it, and prints every message with its verdict: the words were
// committed to, and the server has tagged them as this sender's. Without an answer of the server
// nothing is verified. Returns the exit code: 0 where the report opened.
int safeguard_open(const std::string& host, bool tls, TrustPtr trust);

}  // namespace hearth::client
