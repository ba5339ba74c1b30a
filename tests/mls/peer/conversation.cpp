// The peer in its groups: proposing, committing, joining, handling, speaking.
#include <algorithm>

#include "protocol/mls/group/group_state.h"
#include "protocol/mls/tree/tree.h"
#include "tests/mls/peer/fault.h"
#include "tests/mls/peer/peer.h"

namespace hearth::mls::peer {
namespace {

json::Value proposals_value(std::span<const ResolvedProposal> proposals) {
  json::Value list = json::array();
  for (const ResolvedProposal& item : proposals) {
    list.push(json::object(
        {{"type", proposal_type_value(*item.proposal)}, {"sender", sender_value(item.sender)}}));
  }
  return list;
}

json::Value identity_value(const LeafNode* leaf) {
  return leaf == nullptr ? json::Value() : json::Value(identity_hex(*leaf));
}

// Where our own leaf stands in the tree of `info`, or beside it.
Result<LeafIndex> old_leaf(const GroupInfo& info, std::optional<ByteView> beside,
                           const Identity& identity) {
  const Extension* inside = find(info.extensions, extension_type::kRatchetTree);
  if (inside == nullptr && !beside) return fail(MlsErrc::ratchet_tree_missing);
  HEARTH_TRY(const RatchetTree tree, RatchetTree::decode(beside ? *beside : inside->data));
  const auto found = tree.find_signature_key(identity.signature_key.public_key());
  if (!found) return fail(MlsErrc::own_leaf_missing);
  return *found;
}

// A group that was ever saved wants to be saved in each epoch before it sends in it. The peer keeps
// no snapshots itself, so it makes one and lets it go.
Status make_ready_to_send(Group& group, crypto::RandomSource& random) {
  for (const RatchetType type : {RatchetType::handshake, RatchetType::application}) {
    const Status ready = group.state().check_may_send(type);
    if (ready || ready.error() != make_error(MlsErrc::snapshot_stale)) continue;
    HEARTH_TRY([[maybe_unused]] const Bytes sealed, group.seal(random.secret<32>(), random));
  }
  return {};
}

GroupId group_id_of(const MlsMessage& message) {
  if (const auto* open = std::get_if<PublicMessage>(&message.body)) return open->content.group_id;
  if (const auto* sealed = std::get_if<PrivateMessage>(&message.body)) return sealed->group_id;
  return {};
}

}  // namespace

Result<Proposal> Peer::proposal_of(const Request& request) {
  HEARTH_TRY(const std::string type, request.text("type"));
  if (type == "add") {
    HEARTH_TRY(KeyPackage key_package, request.message<KeyPackage>("key_package"));
    return Group::add(std::move(key_package));
  }
  if (type == "remove") {
    HEARTH_TRY(const std::uint64_t leaf, request.number("leaf"));
    if (!std::in_range<std::uint32_t>(leaf)) return fail(PeerErrc::field_invalid);
    return Group::remove({static_cast<std::uint32_t>(leaf)});
  }
  if (type == "psk") {
    HEARTH_TRY(Bytes id, request.bytes("id"));
    HEARTH_TRY(Bytes nonce, request.bytes_or_empty("nonce"));
    if (nonce.empty()) return Group::external_psk(id, random_);
    return Proposal{PreSharedKey{{ExternalPskId{std::move(id)}, std::move(nonce)}}};
  }
  if (type == "group_context_extensions") {
    HEARTH_TRY(Extensions extensions, request.extensions_or_none("extensions"));
    return Group::context_extensions(std::move(extensions));
  }
  if (type == "custom") {
    HEARTH_TRY(const std::uint64_t number, request.number("number"));
    HEARTH_TRY(const Bytes data, request.bytes_or_empty("data"));
    if (!std::in_range<std::uint16_t>(number)) return fail(PeerErrc::field_invalid);
    return Group::custom(static_cast<std::uint16_t>(number), data);
  }
  return fail(PeerErrc::proposal_unknown);
}

Result<std::vector<Proposal>> Peer::proposals_of(const Request& request) {
  std::vector<Proposal> proposals;
  HEARTH_TRY(const std::vector<Request> items, request.objects("proposals"));
  for (const Request& item : items) {
    HEARTH_TRY(Proposal proposal, proposal_of(item));
    proposals.push_back(std::move(proposal));
  }
  return proposals;
}

// --- Committing
// ------------------------------------------------------------------------------------

Peer::Reply Peer::make_commit(const Request& request, std::vector<Proposal> proposals,
                              bool force_path) {
  HEARTH_TRY(auto* group, group_of(request));
  HEARTH_TRY(const bool merge_now, request.flag_or("merge", true));
  HEARTH_TRY(std::vector<Proposal> more, proposals_of(request));
  CommitOptions options;
  options.proposals = std::move(proposals);
  std::ranges::move(more, std::back_inserter(options.proposals));
  HEARTH_TRY(options.force_path, request.flag_or("force_path", force_path));
  HEARTH_TRY(options.wire_format, request.wire_format_or("handshake", handshake_));
  HEARTH_TRY(options.authenticated_data, request.bytes_or_empty("aad"));
  HEARTH_TRY(options.tree_in_welcome, request.flag_or("ratchet_tree", true));
  HEARTH_TRY(options.with_group_info, request.flag_or("with_group_info", false));
  const bool tree_beside = !options.tree_in_welcome;

  HEARTH_CHECK(make_ready_to_send(*group, random_));
  const SecretBytes secret_tree = group->state().secret_tree.encode_secret();
  HEARTH_TRY(PendingCommit made, group->stage_commit(std::move(options), random_));
  if (false_tags_) {
    HEARTH_TRY(made.commit, with_false_tag(*group, secret_tree.view(), made.commit, random_));
  }
  json::Value reply = json::object({{"commit", to_hex(made.commit)}, {"epoch", made.epoch}});
  if (made.welcome) reply.set("welcome", to_hex(*made.welcome));
  if (made.group_info) reply.set("group_info", to_hex(*made.group_info));
  if (tree_beside) {
    const StagedCommit::Data& staged = group->state().pending->staged;
    reply.set("ratchet_tree", to_hex(encode_tree(staged.pub->diff)));
  }
  if (merge_now) HEARTH_CHECK(group->merge_pending());
  return reply;
}

Peer::Reply Peer::commit(const Request& request) { return make_commit(request, {}, false); }
Peer::Reply Peer::update(const Request& request) { return make_commit(request, {}, true); }

Peer::Reply Peer::add(const Request& request) {
  HEARTH_TRY(std::vector<Bytes> encoded_packages, request.bytes_list_or_none("key_packages"));
  HEARTH_TRY(std::optional<Bytes> single, request.bytes_if("key_package"));
  if (single) encoded_packages.push_back(*std::move(single));
  if (encoded_packages.empty()) return fail(PeerErrc::field_missing);
  std::vector<Proposal> adds;
  for (const Bytes& bytes : encoded_packages) {
    HEARTH_TRY(MlsMessage message, decode_exact<MlsMessage>(bytes));
    auto* key_package = std::get_if<KeyPackage>(&message.body);
    if (key_package == nullptr) return fail(PeerErrc::message_kind_wrong);
    adds.push_back(Group::add(std::move(*key_package)));
  }
  return make_commit(request, std::move(adds), false);
}

Peer::Reply Peer::remove(const Request& request) {
  HEARTH_TRY(std::vector<std::uint64_t> leaves, request.numbers_or_none("leaves"));
  if (request.has("leaf")) {
    HEARTH_TRY(const std::uint64_t leaf, request.number("leaf"));
    leaves.push_back(leaf);
  }
  if (leaves.empty()) return fail(PeerErrc::field_missing);
  std::vector<Proposal> removes;
  for (const std::uint64_t leaf : leaves) {
    if (!std::in_range<std::uint32_t>(leaf)) return fail(PeerErrc::field_invalid);
    removes.push_back(Group::remove({static_cast<std::uint32_t>(leaf)}));
  }
  return make_commit(request, std::move(removes), false);
}

Peer::Reply Peer::merge(const Request& request) {
  HEARTH_TRY(auto* group, group_of(request));
  HEARTH_CHECK(group->merge_pending());
  return json::object({{"epoch", group->epoch()}});
}

Peer::Reply Peer::discard(const Request& request) {
  HEARTH_TRY(auto* group, group_of(request));
  group->discard_pending();
  return json::object({{"epoch", group->epoch()}});
}

Peer::Reply Peer::propose(const Request& request) {
  HEARTH_TRY(auto* group, group_of(request));
  HEARTH_TRY(const Request inner, request.object("proposal"));
  HEARTH_TRY(const std::string type, inner.text("type"));
  MessageOptions options;
  HEARTH_TRY(options.wire_format, request.wire_format_or("handshake", handshake_));
  HEARTH_TRY(options.authenticated_data, request.bytes_or_empty("aad"));
  HEARTH_CHECK(make_ready_to_send(*group, random_));
  if (type == "update") {
    HEARTH_TRY(const Bytes message, group->propose_update({}, options, random_));
    return json::object({{"message", to_hex(message)}});
  }
  HEARTH_TRY(Proposal proposal, proposal_of(inner));
  HEARTH_TRY(const Bytes message, group->propose(std::move(proposal), options, random_));
  return json::object({{"message", to_hex(message)}});
}

// --- Joining
// ---------------------------------------------------------------------------------------

Peer::Reply Peer::join(const Request& request) {
  HEARTH_TRY(const Welcome welcome, request.message<Welcome>("welcome"));
  HEARTH_TRY(const std::optional<Bytes> tree, request.bytes_if("ratchet_tree"));
  const auto ours = [&] {
    for (const EncryptedGroupSecrets& secrets : welcome.secrets) {
      const auto found = key_packages_.find(secrets.new_member);
      if (found != key_packages_.end()) return found;
    }
    return key_packages_.end();
  }();
  if (ours == key_packages_.end()) return fail(MlsErrc::welcome_not_for_us);
  HEARTH_TRY(Group group,
             Group::join(welcome, ours->second,
                         tree ? std::optional<ByteView>(*tree) : std::nullopt, options_));
  key_packages_.erase(ours);
  const Epoch epoch = group.epoch();
  return json::object({{"group_id", enter(std::move(group))}, {"epoch", epoch}});
}

Peer::Reply Peer::external_join(const Request& request) {
  HEARTH_TRY(const GroupInfo info, request.message<GroupInfo>("group_info"));
  HEARTH_TRY(const std::optional<Bytes> tree_bytes, request.bytes_if("ratchet_tree"));
  HEARTH_TRY(const bool resync, request.flag_or("resync", false));
  HEARTH_TRY(const std::optional<Bytes> psk_id, request.bytes_if("psk_id"));
  HEARTH_TRY(const std::optional<Bytes> psk, request.bytes_if("psk"));
  HEARTH_TRY(Bytes nonce, request.bytes_or_empty("psk_nonce"));
  const std::optional<ByteView> tree =
      tree_bytes ? std::optional<ByteView>(*tree_bytes) : std::nullopt;
  ExternalJoinOptions join;
  HEARTH_TRY(join.authenticated_data, request.bytes_or_empty("aad"));
  if (resync) {
    HEARTH_TRY(join.replaces, old_leaf(info, tree, *identity_));
  }
  if (psk && !psk_id) return fail(PeerErrc::field_missing);
  if (psk_id) {
    if (psk) psks_.add_external(*psk_id, SecretBytes(ByteView(*psk)));
    join.psks.push_back({ExternalPskId{*psk_id}, std::move(nonce)});
  }

  HEARTH_TRY(Group::ExternalJoin joined,
             Group::external_join(info, tree, *identity_, join, options_, random_));
  if (false_tags_) {
    HEARTH_TRY(joined.commit, with_false_tag(joined.commit));
  }
  const Epoch epoch = joined.group.epoch();
  return json::object({{"commit", to_hex(joined.commit)},
                       {"group_id", enter(std::move(joined.group))},
                       {"epoch", epoch}});
}

// --- Hearing and speaking
// --------------------------------------------------------------------------

Peer::Reply Peer::handle(const Request& request) {
  HEARTH_TRY(const Bytes bytes, request.bytes("message"));
  HEARTH_TRY(const bool reject, request.flag_or("reject", false));
  HEARTH_TRY(const MlsMessage message, decode_exact<MlsMessage>(bytes));
  if (message.wire_format() == WireFormat::welcome) return json::object({{"kind", "welcome"}});
  const auto found = groups_.find(to_hex(group_id_of(message)));
  if (found == groups_.end()) return fail(PeerErrc::group_unknown);
  last_group_ = found->first;

  policy_.rejecting = reject;
  Reply reply = handle_for(found->second, message, reject);
  policy_.rejecting = false;
  if (!reply && reject && reply.error() == make_error(MlsErrc::policy_refused)) {
    return json::object({{"kind", "rejected"},
                         {"active", found->second.active()},
                         {"epoch", found->second.epoch()}});
  }
  return reply;
}

Peer::Reply Peer::handle_for(Group& group, const MlsMessage& message, bool reject) {
  HEARTH_TRY(Received received, group.process(message));
  if (const auto* said = std::get_if<ApplicationMessage>(&received)) {
    return json::object({{"kind", "application"},
                         {"sender", said->sender.value},
                         {"sender_identity", identity_hex(said->sender_leaf)},
                         {"plaintext", to_hex(said->data.view())},
                         {"aad", to_hex(said->authenticated_data)},
                         {"epoch", said->epoch}});
  }
  if (std::holds_alternative<Fault>(received)) {
    return hearth::fail(std::get<Fault>(received).reason);
  }

  json::Value reply = json::object({{"kind", reject ? "rejected" : "commit"}});
  if (const auto* proposal = std::get_if<ReceivedProposal>(&received)) {
    const ResolvedProposal seen{&proposal->proposal, proposal->sender, false};
    const bool is_member = proposal->sender.type == SenderType::member;
    reply.set("kind", "proposal");
    reply.set("sender", sender_value(proposal->sender));
    reply.set("sender_identity",
              identity_value(is_member ? group.leaf({proposal->sender.index}) : nullptr));
    reply.set("proposals", proposals_value({&seen, 1}));
  } else if (std::holds_alternative<OwnCommit>(received)) {
    reply.set("sender", group.own_index().value);
    reply.set("sender_identity", identity_hex(group.own_leaf()));
    if (!reject) HEARTH_CHECK(group.merge_pending());
  } else {
    auto& staged = std::get<StagedCommit>(received);
    const CommitView view = staged.view();
    reply.set("sender", sender_value(view.sender));
    reply.set("sender_identity", identity_value(view.leaf_after(view.committer)));
    reply.set("proposals", proposals_value(view.proposals));
    if (!reject) HEARTH_CHECK(group.merge(std::move(staged)));
  }
  reply.set("active", group.active());
  reply.set("epoch", group.epoch());
  return reply;
}

Peer::Reply Peer::protect(const Request& request) {
  HEARTH_TRY(auto* group, group_of(request));
  HEARTH_TRY(const Bytes plaintext, request.bytes("plaintext"));
  MessageOptions options;
  HEARTH_TRY(options.authenticated_data, request.bytes_or_empty("aad"));
  HEARTH_CHECK(make_ready_to_send(*group, random_));
  HEARTH_TRY(const Bytes message, group->protect(plaintext, options, random_));
  return json::object({{"message", to_hex(message)}, {"epoch", group->epoch()}});
}

}  // namespace hearth::mls::peer
