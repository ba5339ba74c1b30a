// The fields of one request line, and the words requests and replies are written in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/json/json.h"
#include "protocol/mls/messages/group_info.h"

namespace hearth::mls::peer {

enum class PeerErrc : std::uint32_t {
  not_json = 1,
  operation_unknown,
  field_missing,
  field_invalid,
  init_missing,  // Everything but `init` comes after it.
  group_unknown,
  message_kind_wrong,
  proposal_unknown,
  fault_unknown,
  commit_unfollowable,  // A Fault of the group.
};
Error make_error(PeerErrc code) noexcept;
inline std::unexpected<Error> fail(PeerErrc code) noexcept {
  return hearth::fail(make_error(code));
}

// A borrowed request. An absent field, or null, is what the `_or` and optional forms are for; one
// of the wrong kind is always refused.
class Request final {
 public:
  explicit Request(const json::Value& object) noexcept : object_(object) {}

  bool has(std::string_view name) const noexcept;
  Result<Bytes> bytes(std::string_view name) const;  // Hex.
  Result<Bytes> bytes_or_empty(std::string_view name) const;
  Result<std::optional<Bytes>> bytes_if(std::string_view name) const;
  Result<std::string> text(std::string_view name) const;
  Result<std::string> text_or(std::string_view name, std::string_view otherwise) const;
  Result<bool> flag_or(std::string_view name, bool otherwise) const;
  Result<std::uint64_t> number(std::string_view name) const;
  Result<std::uint64_t> number_or(std::string_view name, std::uint64_t otherwise) const;
  Result<std::vector<std::uint64_t>> numbers_or_none(std::string_view name) const;
  // The objects of a list; none if it is absent.
  Result<std::vector<Request>> objects(std::string_view name) const;
  Result<Request> object(std::string_view name) const;
  Result<std::vector<Bytes>> bytes_list_or_none(std::string_view name) const;
  // `private` or `public`.
  Result<WireFormat> wire_format_or(std::string_view name, WireFormat otherwise) const;
  // [{type, data}]
  Result<Extensions> extensions_or_none(std::string_view name) const;
  // An MLSMessage of the kind `Body`.
  template <class Body>
  Result<Body> message(std::string_view name) const {
    HEARTH_TRY(const Bytes encoded, bytes(name));
    HEARTH_TRY(MlsMessage message, decode_exact<MlsMessage>(encoded));
    if (Body* body = std::get_if<Body>(&message.body)) return std::move(*body);
    return fail(PeerErrc::message_kind_wrong);
  }

 private:
  // Null when absent.
  const json::Value* find(std::string_view name) const noexcept;

  const json::Value& object_;
};

// --- Words of replies -------------------------------------------------------------------------
json::Value hex_or_null(const std::optional<Bytes>& bytes);
json::Value extensions_value(const Extensions& extensions);
// "add", "update", ...; the number of a type that RFC 9420 does not define.
json::Value proposal_type_value(const Proposal& proposal);
// The leaf of a member; null for all other senders.
json::Value sender_value(const Sender& sender);
std::string identity_hex(const LeafNode& leaf);

}  // namespace hearth::mls::peer
