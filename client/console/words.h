// Events as plain lines: each change is one short sentence that can be heard.
#pragma once

#include <string>

#include "client/console/face.h"
#include "client/console/websocket.h"
#include "client/core/event.h"

namespace hearth::client {

// Without a line end; empty where there is nothing to say. Names and texts are isolated.
std::string line_of(const Event& event);
std::string line_of(Ending ending);
std::string line_of(const NewFile& file, const std::string& problem);
std::string line_of(const VaultNews& news);

// A sentence for a reason of the core or the server; it names the next step where there is one.
std::string sentence_of(std::string_view reason);

// What a guest must know before the knock, and everybody may read again.
std::string_view privacy_text();

}  // namespace hearth::client
