// messages: every structure decodes, and encodes to the same bytes.
#include "protocol/mls/messages/group_info.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

// An MLSMessage of the kind `Body`.
template <class Body>
std::optional<Body> check_message(Fields& fields, std::string_view name) {
  auto message = decode_exact<MlsMessage>(fields.bytes(name));
  if (!fields.ok(message, name)) return std::nullopt;
  fields.same(name, encoded(*message));
  auto* body = std::get_if<Body>(&message->body);
  if (!fields.check(body != nullptr, std::string(name) + ": another kind of message")) {
    return std::nullopt;
  }
  return std::move(*body);
}

// The field holds a proposal's body; its type is known from the field's name.
template <class Body>
std::optional<Body> check_proposal(Fields& fields, std::string_view name, std::uint16_t type) {
  const Bytes bytes = Writer().u16(type).raw(fields.bytes(name)).take();
  const auto proposal = decode_exact<Proposal>(bytes);
  if (!fields.ok(proposal, name)) return std::nullopt;
  fields.check(equal(encoded(*proposal), bytes), std::string(name) + ": differs");
  const Body* body = proposal->as<Body>();
  if (!fields.check(body != nullptr, std::string(name) + ": another proposal")) return std::nullopt;
  return *body;
}

void check_public(Fields& fields, std::string_view name, ContentType type) {
  const auto message = check_message<PublicMessage>(fields, name);
  if (!message) return;
  fields.check(message->content.content_type() == type, std::string(name) + ": another content");
}

void run(Fields& fields) {
  check_message<Welcome>(fields, "mls_welcome");
  check_message<GroupInfo>(fields, "mls_group_info");
  check_message<KeyPackage>(fields, "mls_key_package");
  check_message<PrivateMessage>(fields, "private_message");
  check_public(fields, "public_message_application", ContentType::application);
  check_public(fields, "public_message_proposal", ContentType::proposal);
  check_public(fields, "public_message_commit", ContentType::commit);

  check_proposal<Add>(fields, "add_proposal", proposal_type::kAdd);
  check_proposal<Update>(fields, "update_proposal", proposal_type::kUpdate);
  check_proposal<Remove>(fields, "remove_proposal", proposal_type::kRemove);
  check_proposal<PreSharedKey>(fields, "pre_shared_key_proposal", proposal_type::kPsk);
  check_proposal<ReInit>(fields, "re_init_proposal", proposal_type::kReInit);
  check_proposal<ExternalInit>(fields, "external_init_proposal", proposal_type::kExternalInit);
  check_proposal<GroupContextExtensions>(fields, "group_context_extensions_proposal",
                                         proposal_type::kGroupContextExtensions);

  const auto commit = decode_exact<Commit>(fields.bytes("commit"));
  if (fields.ok(commit, "commit")) fields.same("commit", encoded(*commit));
  const auto tree = decode_wire_tree(fields.bytes("ratchet_tree"));
  if (fields.ok(tree, "ratchet_tree")) fields.same("ratchet_tree", encode_wire_tree(*tree));
  const auto secrets = decode_exact<GroupSecrets>(fields.bytes("group_secrets"));
  if (fields.ok(secrets, "group_secrets")) {
    fields.same("group_secrets", secrets->encode_secret().view());
  }
}

}  // namespace

Kind messages() { return {"messages", run}; }

}  // namespace hearth::mls::vectors
