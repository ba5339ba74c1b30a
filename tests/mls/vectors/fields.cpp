// Typed fields of a test case.
#include "tests/mls/vectors/fields.h"

#include <algorithm>

namespace hearth::mls::vectors {
namespace {

const json::Value kNothing;
const json::Array kNoItems;

}  // namespace

Fields::Fields(const json::Value& object, Findings& findings, std::string path)
    : value_(object), findings_(findings), path_(std::move(path)) {
  check(value_.is_object(), "not an object");
}

Fields::~Fields() {
  if (failed() || !value_.is_object()) return;
  for (const json::Member& member : value_.as_object()) {
    if (std::ranges::find(read_, member.key) == read_.end()) {
      findings_.add(path_of(member.key) + ": a field that nothing checks");
    }
  }
}

const json::Value& Fields::field(std::string_view name) {
  read_.push_back(name);
  const json::Value* found = value_.find(name);
  if (found != nullptr) return *found;
  findings_.add(path_of(name) + ": missing");
  return kNothing;
}

Bytes Fields::bytes(std::string_view name) {
  const json::Value& value = field(name);
  if (value.is_string()) {
    if (std::optional<Bytes> bytes = from_hex(value.as_string())) return *std::move(bytes);
  }
  findings_.add(path_of(name) + ": not hex");
  return {};
}

std::optional<Bytes> Fields::bytes_or_null(std::string_view name) {
  if (field(name).is_null()) return std::nullopt;
  return bytes(name);
}

Secret32 Fields::secret(std::string_view name) {
  const Bytes read = bytes(name);
  if (read.size() == Secret32::kSize) return Secret32::from(read);
  findings_.add(path_of(name) + ": not 32 bytes");
  return {};
}

std::string Fields::text(std::string_view name) {
  const json::Value& value = field(name);
  if (value.is_string()) return value.as_string();
  findings_.add(path_of(name) + ": not text");
  return {};
}

std::uint64_t Fields::number(std::string_view name) {
  const json::Value& value = field(name);
  if (value.is_u64()) return value.as_u64();
  findings_.add(path_of(name) + ": not a whole number");
  return 0;
}

std::uint32_t Fields::number32(std::string_view name) {
  const std::uint64_t value = number(name);
  if (std::in_range<std::uint32_t>(value)) return static_cast<std::uint32_t>(value);
  findings_.add(path_of(name) + ": beyond 32 bits");
  return 0;
}

crypto::CipherSuite Fields::suite() {
  const std::uint64_t value = number("cipher_suite");
  if (std::in_range<std::uint16_t>(value) && crypto::supported(static_cast<std::uint16_t>(value))) {
    return static_cast<crypto::CipherSuite>(value);
  }
  findings_.add(path_of("cipher_suite") + ": not supported");
  return crypto::kDefaultSuite;
}

const json::Array& Fields::items(std::string_view name) {
  const json::Value& value = field(name);
  if (value.is_array()) return value.as_array();
  findings_.add(path_of(name) + ": not a list");
  return kNoItems;
}

std::vector<Bytes> Fields::bytes_list(std::string_view name) {
  std::vector<Bytes> list;
  for (const json::Value& item : items(name)) {
    std::optional<Bytes> bytes;
    if (item.is_string()) bytes = from_hex(item.as_string());
    check(bytes.has_value(), std::string(name) + ": not hex");
    list.push_back(std::move(bytes).value_or(Bytes{}));
  }
  return list;
}

Fields Fields::object(std::string_view name) {
  return Fields(field(name), findings_, path_of(name) + '.');
}

void Fields::same(std::string_view name, ByteView computed) {
  if (!equal(bytes(name), computed)) findings_.add(path_of(name) + ": differs");
}

bool Fields::check(bool holds, std::string_view finding) {
  if (!holds) findings_.add(path_of(finding));
  return holds;
}

}  // namespace hearth::mls::vectors
