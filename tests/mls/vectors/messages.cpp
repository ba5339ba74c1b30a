// messages: every structure decodes, and encodes to the same bytes; what is signed in them holds.
//
// The recording drew most contents at random, but signed leaves, key packages, the GroupInfo and
// two PublicMessages with the key of `mls_key_package`, and used one group id, epoch and so on
// throughout. All that is checked; what is left is listed as uncheckable below.
#include <algorithm>

#include "protocol/crypto/labels.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

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

std::optional<PublicMessage> check_public(Fields& fields, std::string_view name, ContentType type) {
  auto message = message_body<PublicMessage>(fields, name);
  if (message) {
    fields.check(message->content.content_type() == type, std::string(name) + ": another content");
  }
  return message;
}

void check_key_package(Fields& fields, std::string_view name, const KeyPackage& key_package) {
  fields.ok(verify_signature(key_package), name);
  fields.ok(verify_signature(key_package.leaf_node,
                             static_cast<CipherSuite>(key_package.cipher_suite), {}),
            name);
}

// The two messages were signed as if for a PrivateMessage.
void check_signed(Fields& fields, std::string_view name, const PublicMessage& message,
                  const GroupInfo& info, const KeyPackage& signer) {
  Writer tbs;
  tbs.u16(kProtocolVersion).u16(static_cast<std::uint16_t>(WireFormat::private_message));
  encode(tbs, message.content);
  encode(tbs, info.group_context);
  fields.ok(
      crypto::verify_with_label(info.group_context.cipher_suite, signer.leaf_node.signature_key,
                                "FramedContentTBS", tbs.bytes(), message.auth.signature),
      name);
}

void check_tree(Fields& fields, const WireTree& tree, CipherSuite suite, ByteView group_id) {
  for (std::uint32_t i = 0; i < tree.size(); ++i) {
    const LeafNode* leaf = tree[i] ? std::get_if<LeafNode>(&tree[i]->body) : nullptr;
    if (!fields.check(leaf != nullptr && i % 2 == 0, "ratchet_tree: not a leaf")) return;
    fields.ok(verify_signature(*leaf, suite, {group_id, LeafIndex{i / 2}}), "ratchet_tree");
  }
}

void run(Fields& fields) {
  const auto welcome = message_body<Welcome>(fields, "mls_welcome");
  const auto info = message_body<GroupInfo>(fields, "mls_group_info");
  const auto key_package = message_body<KeyPackage>(fields, "mls_key_package");
  const auto sealed = message_body<PrivateMessage>(fields, "private_message");
  const auto application =
      check_public(fields, "public_message_application", ContentType::application);
  const auto proposal = check_public(fields, "public_message_proposal", ContentType::proposal);
  const auto commit = check_public(fields, "public_message_commit", ContentType::commit);

  const auto add = check_proposal<Add>(fields, "add_proposal", proposal_type::kAdd);
  const auto update = check_proposal<Update>(fields, "update_proposal", proposal_type::kUpdate);
  check_proposal<Remove>(fields, "remove_proposal", proposal_type::kRemove);
  check_proposal<PreSharedKey>(fields, "pre_shared_key_proposal", proposal_type::kPsk);
  const auto reinit = check_proposal<ReInit>(fields, "re_init_proposal", proposal_type::kReInit);
  check_proposal<ExternalInit>(fields, "external_init_proposal", proposal_type::kExternalInit);
  check_proposal<GroupContextExtensions>(fields, "group_context_extensions_proposal",
                                         proposal_type::kGroupContextExtensions);

  const auto bare_commit = decode_exact<Commit>(fields.bytes("commit"));
  if (fields.ok(bare_commit, "commit")) fields.same("commit", encoded(*bare_commit));
  const auto tree = decode_wire_tree(fields.bytes("ratchet_tree"));
  if (fields.ok(tree, "ratchet_tree")) fields.same("ratchet_tree", encode_wire_tree(*tree));
  const auto secrets = decode_exact<GroupSecrets>(fields.bytes("group_secrets"));
  if (fields.ok(secrets, "group_secrets")) {
    fields.same("group_secrets", secrets->encode_secret().view());
  }
  if (fields.failed()) return;

  const GroupContext& context = info->group_context;
  const CipherSuite suite = context.cipher_suite;
  const auto suite_number = static_cast<std::uint16_t>(suite);
  check_key_package(fields, "mls_key_package", *key_package);
  check_key_package(fields, "add_proposal", add->key_package);
  fields.ok(verify_signature(*info, key_package->leaf_node.signature_key), "mls_group_info");
  fields.check(key_package->cipher_suite == suite_number, "mls_key_package: another suite");
  check_tree(fields, *tree, suite, context.group_id);
  fields.check(update->leaf_node.signature_key == key_package->leaf_node.signature_key &&
                   update->leaf_node.credential == key_package->leaf_node.credential,
               "update_proposal: another member");
  fields.check(reinit->group_id == context.group_id && reinit->version == kProtocolVersion &&
                   reinit->cipher_suite == suite_number && reinit->extensions.size() == 1 &&
                   find(info->extensions, reinit->extensions[0].type) != nullptr &&
                   *find(info->extensions, reinit->extensions[0].type) == reinit->extensions[0],
               "re_init_proposal: not of this group");
  fields.check(welcome->cipher_suite == suite_number && welcome->secrets.size() == 1 &&
                   equal(welcome->secrets[0].new_member, key_package_ref(add->key_package)),
               "mls_welcome: not for add_proposal");

  check_signed(fields, "public_message_proposal", *proposal, *info, *key_package);
  check_signed(fields, "public_message_commit", *commit, *info, *key_package);
  const auto& inner = std::get<Proposal>(proposal->content.content);
  fields.check(inner == Proposal{*add}, "public_message_proposal: not add_proposal");
  fields.check(std::get<Commit>(commit->content.content) == *bare_commit,
               "public_message_commit: not commit");
  for (const PublicMessage* message : {&*application, &*proposal, &*commit}) {
    fields.check(message->content.group_id == context.group_id &&
                     message->content.sender == member_sender(info->signer) &&
                     message->content.authenticated_data == sealed->authenticated_data &&
                     message->membership_tag == application->membership_tag,
                 "public messages: not of this group");
  }
  fields.check(proposal->content.epoch == context.epoch && commit->content.epoch == context.epoch,
               "public messages: another epoch");
  const bool is_application = sealed->content_type == ContentType::application;
  fields.check(sealed->group_id == context.group_id &&
                   sealed->epoch == (is_application ? application->content.epoch : context.epoch),
               "private_message: not of this group");
}

// --- What cannot be checked
// ---------------------------------------------------------------------------

void blank(Bytes& bytes) { std::ranges::fill(bytes, Byte{0}); }

// The field with all that was drawn at random, and is bound to nothing else, blanked.
Result<Bytes> without_random(std::string_view field, ByteView bytes) {
  if (field == "update_proposal") {
    HEARTH_TRY(LeafNode leaf, decode_exact<LeafNode>(bytes));
    leaf = LeafNode{.encryption_key = {},
                    .signature_key = std::move(leaf.signature_key),
                    .credential = std::move(leaf.credential),
                    .capabilities = {},
                    .source = LeafNodeSource::update,
                    .lifetime = {},
                    .parent_hash = {},
                    .extensions = {},
                    .signature = {}};
    return encoded(leaf);
  }
  HEARTH_TRY(MlsMessage message, decode_exact<MlsMessage>(bytes));
  if (auto* welcome = std::get_if<Welcome>(&message.body)) {
    for (EncryptedGroupSecrets& secrets : welcome->secrets) {
      blank(secrets.encrypted_group_secrets.kem_output);
      blank(secrets.encrypted_group_secrets.ciphertext);
    }
    blank(welcome->encrypted_group_info);
  } else if (auto* sealed = std::get_if<PrivateMessage>(&message.body)) {
    blank(sealed->encrypted_sender_data);
    blank(sealed->ciphertext);
    if (sealed->content_type != ContentType::application) {
      // Which of the two handshake types it is nothing says.
      sealed->content_type = ContentType::commit;
    }
  } else if (auto* open = std::get_if<PublicMessage>(&message.body)) {
    if (auto* data = std::get_if<Bytes>(&open->content.content)) {
      blank(*data);
      blank(open->auth.signature);
      open->content.epoch = 0;
    }
    if (open->auth.confirmation_tag) blank(*open->auth.confirmation_tag);
  }
  return encoded(message);
}

bool is_random(const json::Value& original, const json::Value& flipped, const Flip& flip) {
  const auto bound = [&](const json::Value& test_case) {
    const std::string& text = test_case.find(flip.field)->as_string();
    return without_random(flip.field, from_hex(text).value_or(Bytes{}));
  };
  const Result<Bytes> before = bound(original);
  const Result<Bytes> after = bound(flipped);
  return before && after && *before == *after;
}

constexpr std::string_view kRandom = "random bytes that nothing in the case refers to";
constexpr Exemption kExemptions[] = {
    {"mls_welcome", "ciphertexts without their keys", is_random},
    {"private_message", "ciphertexts without their keys", is_random},
    {"public_message_application", "content, epoch and signature drawn at random", is_random},
    {"public_message_commit", "a confirmation tag drawn at random", is_random},
    {"update_proposal", "signed for a place in a group that the case does not name", is_random},
    {"group_secrets", kRandom, nullptr},
    {"remove_proposal", kRandom, nullptr},
    {"pre_shared_key_proposal", kRandom, nullptr},
    {"external_init_proposal", kRandom, nullptr},
};

}  // namespace

Kind messages() { return {"messages", run, kExemptions}; }

}  // namespace hearth::mls::vectors
