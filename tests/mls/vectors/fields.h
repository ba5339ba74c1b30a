// Reading one test case: typed fields, the first thing that went wrong, and no field left unread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/json/json.h"
#include "protocol/crypto/suite.h"

namespace hearth::mls::vectors {

// The first finding of a case; the ones after it are mostly its echoes.
class Findings final {
 public:
  void add(std::string finding) {
    if (!first_) first_ = std::move(finding);
  }
  bool any() const noexcept { return first_.has_value(); }
  const std::optional<std::string>& first() const noexcept { return first_; }

 private:
  std::optional<std::string> first_;
};

// One object of a case. A field that is absent or of the wrong kind becomes a finding and reads as
// empty or zero, so a runner reads on without asking and looks at failed() before it computes. A
// field that nobody has read when the object goes is a finding too: every field is checked.
// The value and the findings outlive it.
class Fields final {
 public:
  Fields(const json::Value& object, Findings& findings, std::string path = {});
  ~Fields();
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  Bytes bytes(std::string_view name);  // Hex.
  std::optional<Bytes> bytes_or_null(std::string_view name);
  Secret32 secret(std::string_view name);  // Exactly 32 bytes.
  std::string text(std::string_view name);
  std::uint64_t number(std::string_view name);
  std::uint32_t number32(std::string_view name);
  crypto::CipherSuite suite();  // `cipher_suite`, supported on this build.
  const json::Array& items(std::string_view name);
  std::vector<Bytes> bytes_list(std::string_view name);
  Fields object(std::string_view name);

  // Calls `visit(Fields&)` for each object of the list `name` until something is found.
  template <class Visit>
  void for_each(std::string_view name, Visit&& visit) {
    const json::Array& list = items(name);
    for (std::size_t i = 0; i < list.size() && !failed(); ++i) {
      Fields item(list[i], findings_, path_of(name) + '[' + std::to_string(i) + "].");
      visit(item);
    }
  }

  // The field `name` holds these very bytes.
  void same(std::string_view name, ByteView computed);
  bool check(bool holds, std::string_view finding);
  // The result is a value; if not, its error is the finding.
  template <class R>
  bool ok(const R& result, std::string_view what) {
    if (result) return true;
    findings_.add(path_ + std::string(what) + ": " + std::string(result.error().name));
    return false;
  }
  // It is an error, and this one.
  template <class R>
  void refused(const R& result, std::string_view error, std::string_view what) {
    if (result) {
      check(false, std::string(what) + ": accepted, not refused as " + std::string(error));
    } else if (result.error().name != error) {
      check(false, std::string(what) + ": refused as " + std::string(result.error().name) +
                       ", not as " + std::string(error));
    }
  }
  bool failed() const noexcept { return findings_.any(); }

  const json::Value& value() const noexcept { return value_; }
  bool has(std::string_view name) const noexcept { return value_.find(name) != nullptr; }

 private:
  const json::Value& field(std::string_view name);
  std::string path_of(std::string_view name) const { return path_ + std::string(name); }

  const json::Value& value_;
  Findings& findings_;
  std::string path_;
  std::vector<std::string_view> read_;
};

}  // namespace hearth::mls::vectors
