// Reading requests, wording replies.
#include "tests/mls/peer/request.h"

namespace hearth::mls::peer {
namespace {

std::string_view name_of(PeerErrc code) noexcept {
  switch (code) {
    case PeerErrc::not_json: return "not_json";
    case PeerErrc::operation_unknown: return "operation_unknown";
    case PeerErrc::field_missing: return "field_missing";
    case PeerErrc::field_invalid: return "field_invalid";
    case PeerErrc::init_missing: return "init_missing";
    case PeerErrc::group_unknown: return "group_unknown";
    case PeerErrc::message_kind_wrong: return "message_kind_wrong";
    case PeerErrc::proposal_unknown: return "proposal_unknown";
    case PeerErrc::fault_unknown: return "fault_unknown";
    case PeerErrc::commit_unfollowable: return "commit_unfollowable";
  }
  return "unknown";
}

Result<Bytes> bytes_of(const json::Value& value) {
  if (value.is_string()) {
    if (std::optional<Bytes> bytes = from_hex(value.as_string())) return *std::move(bytes);
  }
  return fail(PeerErrc::field_invalid);
}

}  // namespace

Error make_error(PeerErrc code) noexcept {
  return Error{"peer", static_cast<std::uint32_t>(code), name_of(code)};
}

const json::Value* Request::find(std::string_view name) const noexcept {
  const json::Value* value = object_.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool Request::has(std::string_view name) const noexcept { return find(name) != nullptr; }

Result<Bytes> Request::bytes(std::string_view name) const {
  const json::Value* value = find(name);
  if (value == nullptr) return fail(PeerErrc::field_missing);
  return bytes_of(*value);
}

Result<Bytes> Request::bytes_or_empty(std::string_view name) const {
  if (!has(name)) return Bytes{};
  return bytes(name);
}

Result<std::optional<Bytes>> Request::bytes_if(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  return bytes(name);
}

Result<std::string> Request::text(std::string_view name) const {
  const json::Value* value = find(name);
  if (value == nullptr) return fail(PeerErrc::field_missing);
  if (!value->is_string()) return fail(PeerErrc::field_invalid);
  return value->as_string();
}

Result<std::string> Request::text_or(std::string_view name, std::string_view otherwise) const {
  if (!has(name)) return std::string(otherwise);
  return text(name);
}

Result<bool> Request::flag_or(std::string_view name, bool otherwise) const {
  const json::Value* value = find(name);
  if (value == nullptr) return otherwise;
  if (!value->is_bool()) return fail(PeerErrc::field_invalid);
  return value->as_bool();
}

Result<std::uint64_t> Request::number(std::string_view name) const {
  const json::Value* value = find(name);
  if (value == nullptr) return fail(PeerErrc::field_missing);
  if (!value->is_u64()) return fail(PeerErrc::field_invalid);
  return value->as_u64();
}

Result<std::uint64_t> Request::number_or(std::string_view name, std::uint64_t otherwise) const {
  if (!has(name)) return otherwise;
  return number(name);
}

Result<std::vector<std::uint64_t>> Request::numbers_or_none(std::string_view name) const {
  std::vector<std::uint64_t> numbers;
  const json::Value* value = find(name);
  if (value == nullptr) return numbers;
  if (!value->is_array()) return fail(PeerErrc::field_invalid);
  for (const json::Value& item : value->as_array()) {
    if (!item.is_u64()) return fail(PeerErrc::field_invalid);
    numbers.push_back(item.as_u64());
  }
  return numbers;
}

Result<std::vector<Request>> Request::objects(std::string_view name) const {
  std::vector<Request> objects;
  const json::Value* value = find(name);
  if (value == nullptr) return objects;
  if (!value->is_array()) return fail(PeerErrc::field_invalid);
  for (const json::Value& item : value->as_array()) {
    if (!item.is_object()) return fail(PeerErrc::field_invalid);
    objects.emplace_back(item);
  }
  return objects;
}

Result<Request> Request::object(std::string_view name) const {
  const json::Value* value = find(name);
  if (value == nullptr) return fail(PeerErrc::field_missing);
  if (!value->is_object()) return fail(PeerErrc::field_invalid);
  return Request(*value);
}

Result<std::vector<Bytes>> Request::bytes_list_or_none(std::string_view name) const {
  std::vector<Bytes> list;
  const json::Value* value = find(name);
  if (value == nullptr) return list;
  if (!value->is_array()) return fail(PeerErrc::field_invalid);
  for (const json::Value& item : value->as_array()) {
    HEARTH_TRY(Bytes bytes, bytes_of(item));
    list.push_back(std::move(bytes));
  }
  return list;
}

Result<WireFormat> Request::wire_format_or(std::string_view name, WireFormat otherwise) const {
  if (!has(name)) return otherwise;
  HEARTH_TRY(const std::string word, text(name));
  if (word == "private") return WireFormat::private_message;
  if (word == "public") return WireFormat::public_message;
  return fail(PeerErrc::field_invalid);
}

Result<Extensions> Request::extensions_or_none(std::string_view name) const {
  Extensions extensions;
  HEARTH_TRY(const std::vector<Request> items, objects(name));
  for (const Request& item : items) {
    HEARTH_TRY(const std::uint64_t type, item.number("type"));
    HEARTH_TRY(Bytes data, item.bytes_or_empty("data"));
    if (!std::in_range<std::uint16_t>(type)) return fail(PeerErrc::field_invalid);
    extensions.push_back({static_cast<std::uint16_t>(type), std::move(data)});
  }
  return extensions;
}

json::Value hex_or_null(const std::optional<Bytes>& bytes) {
  return bytes ? json::Value(to_hex(*bytes)) : json::Value();
}

json::Value extensions_value(const Extensions& extensions) {
  json::Value list = json::array();
  for (const Extension& extension : extensions) {
    list.push(json::object({{"type", extension.type}, {"data", to_hex(extension.data)}}));
  }
  return list;
}

json::Value proposal_type_value(const Proposal& proposal) {
  switch (proposal.type()) {
    case proposal_type::kAdd: return "add";
    case proposal_type::kUpdate: return "update";
    case proposal_type::kRemove: return "remove";
    case proposal_type::kPsk: return "psk";
    case proposal_type::kReInit: return "reinit";
    case proposal_type::kExternalInit: return "external_init";
    case proposal_type::kGroupContextExtensions: return "group_context_extensions";
    default: return proposal.type();
  }
}

json::Value sender_value(const Sender& sender) {
  return sender.type == SenderType::member ? json::Value(sender.index) : json::Value();
}

std::string identity_hex(const LeafNode& leaf) {
  const auto* basic = std::get_if<BasicCredential>(&leaf.credential.body);
  return basic != nullptr ? to_hex(basic->identity) : std::string();
}

}  // namespace hearth::mls::peer
