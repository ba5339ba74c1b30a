// Invitation links from arbitrary text.
#include "protocol/room/link.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  const std::string_view text = text_of(ByteView(data, size));
  const auto link = room::Link::parse(text);
  if (link) expects(link->text().ends_with(text.substr(text.size() - room::Link::kTextSize)));
  return 0;
}
