// The JSON reader on anything at all. What it takes, the writer writes so that it reads back equal.
#include "client/json/json.h"
#include "protocol/bytes/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  const auto value = json::parse(text_of(ByteView(data, size)));
  if (!value) return 0;

  const std::string text = json::to_text(*value);
  expects(text.find('\n') == std::string::npos);
  const auto again = json::parse(text);
  expects(again.has_value() && *again == *value);
  expects(json::to_text(*again) == text);
  return 0;
}
