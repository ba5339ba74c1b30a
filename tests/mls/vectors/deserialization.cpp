// deserialization, varint-invalid: headers of variable-size vectors (RFC 9420 §2.1.2).
#include "protocol/bytes/codec.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

Result<std::uint32_t> decode_header(ByteView bytes) {
  Reader reader(bytes);
  HEARTH_TRY(const std::uint32_t length, reader.varint());
  HEARTH_CHECK(reader.finish());
  return length;
}

void run_deserialization(Fields& fields) {
  const Bytes header = fields.bytes("vlbytes_header");
  const std::uint64_t length = fields.number("length");
  if (fields.failed()) return;

  const Result<std::uint32_t> decoded = decode_header(header);
  if (!fields.ok(decoded, "decode") || !fields.check(*decoded == length, "length: differs")) return;
  fields.same("vlbytes_header", Writer().varint(*decoded).bytes());
}

// Why the bytes are no header, in the words of the file, worked out apart from the decoder.
std::string explain(ByteView bytes) {
  static constexpr std::string_view kForms[] = {"one", "two", "four"};
  if (bytes.empty()) return "empty input";
  const unsigned prefix = bytes[0] >> 6;
  if (prefix == 3) return bytes.size() == 8 ? "QUIC eight-byte form, not in MLS" : "prefix 11";
  const std::size_t size = std::size_t{1} << prefix;
  if (bytes.size() < size) {
    return std::string(kForms[prefix]) + "-byte form, " +
           (size - bytes.size() == 1 ? "one byte missing" : "bytes missing");
  }
  std::uint32_t value = bytes[0] & 0x3f;
  for (std::size_t i = 1; i < size; ++i) value = (value << 8) | bytes[i];
  const std::uint32_t least = prefix == 0 ? 0 : prefix == 1 ? 64 : 16384;
  if (value >= least) return "nothing";
  return std::to_string(value) + " in " + std::string(kForms[prefix]) + " bytes";
}

void run_varint_invalid(Fields& fields) {
  const Bytes bytes = fields.bytes("bytes");
  const std::string why = fields.text("why");
  if (fields.failed()) return;

  const bool ends_early = why == "empty input" || why.ends_with("missing");
  fields.refused(decode_header(bytes), ends_early ? "truncated" : "varint_invalid", "header");
  fields.check(explain(bytes) == why, "why: differs");
}

bool as_invalid(const json::Value& original, const json::Value& flipped, const Flip&) {
  const auto why = [](const json::Value& value) {
    return explain(from_hex(value.find("bytes")->as_string()).value_or(Bytes{}));
  };
  return why(original) == why(flipped);
}

constexpr Exemption kExemptions[] = {
    {"bytes", "another header can be invalid for the same reason", as_invalid},
};

}  // namespace

Kind deserialization() { return {"deserialization", run_deserialization}; }
Kind varint_invalid() { return {"varint-invalid", run_varint_invalid, kExemptions}; }

}  // namespace hearth::mls::vectors
