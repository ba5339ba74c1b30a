// The peer's life: init, key packages, groups and their keeping.
#include "tests/mls/peer/peer.h"

#include <chrono>

namespace hearth::mls::peer {
namespace {

constexpr std::uint64_t kDefaultLifetimeSeconds = 28 * 24 * 3600;
constexpr std::uint64_t kClockSkewSeconds = 3600;

std::uint64_t now_seconds() {
  using namespace std::chrono;
  return static_cast<std::uint64_t>(
      duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

Result<std::vector<std::uint16_t>> types_of(const Request& request, std::string_view name) {
  HEARTH_TRY(const std::vector<std::uint64_t> numbers, request.numbers_or_none(name));
  std::vector<std::uint16_t> types;
  for (const std::uint64_t number : numbers) {
    if (!std::in_range<std::uint16_t>(number)) return fail(PeerErrc::field_invalid);
    types.push_back(static_cast<std::uint16_t>(number));
  }
  return types;
}

std::vector<std::uint16_t> suites() {
  std::vector<std::uint16_t> suites;
  for (std::uint16_t suite = 1; suite <= 3; ++suite) {
    if (crypto::supported(suite)) suites.push_back(suite);
  }
  return suites;
}

}  // namespace

Peer::Operation Peer::find_operation(std::string_view name) noexcept {
  struct Row {
    std::string_view name;
    Operation operation;
  };
  static constexpr Row kRows[] = {
      {"init", &Peer::init},
      {"key_package", &Peer::key_package},
      {"create_group", &Peer::create_group},
      {"add", &Peer::add},
      {"remove", &Peer::remove},
      {"update", &Peer::update},
      {"commit", &Peer::commit},
      {"merge", &Peer::merge},
      {"discard", &Peer::discard},
      {"propose", &Peer::propose},
      {"join", &Peer::join},
      {"external_join", &Peer::external_join},
      {"handle", &Peer::handle},
      {"protect", &Peer::protect},
      {"psk", &Peer::psk},
      {"group_info", &Peer::group_info},
      {"ratchet_tree", &Peer::ratchet_tree},
      {"export", &Peer::export_secret},
      {"state", &Peer::state},
      {"save", &Peer::save},
      {"load", &Peer::load},
      {"groups", &Peer::list_groups},
      {"quit", &Peer::quit},
  };
  for (const Row& row : kRows) {
    if (row.name == name) return row.operation;
  }
  return nullptr;
}

std::string Peer::answer(std::string_view line) {
  const Result<json::Value> parsed = json::parse(line);
  const bool is_request = parsed && parsed->is_object();
  const Reply made = is_request ? answer(Request(*parsed)) : Reply(fail(PeerErrc::not_json));

  json::Value reply = json::object({{"ok", made.has_value()}});
  if (const json::Value* id = is_request ? parsed->find("id") : nullptr) reply.set("id", *id);
  if (made) {
    for (const json::Member& member : made->as_object()) reply.set(member.key, member.value);
  } else {
    reply.set("error", made.error().name);
    reply.set("error_type", made.error().domain);
  }
  return json::to_text(reply);
}

Peer::Reply Peer::answer(const Request& request) {
  HEARTH_TRY(const std::string name, request.text("op"));
  const Operation operation = find_operation(name);
  if (operation == nullptr) return fail(PeerErrc::operation_unknown);
  if (!identity_ && name != "init" && name != "quit") return fail(PeerErrc::init_missing);
  return (this->*operation)(request);
}

// A second `init` begins a new life: groups, key packages and PSKs of the old one are gone.
Peer::Reply Peer::init(const Request& request) {
  HEARTH_TRY(const std::uint64_t suite, request.number("suite"));
  if (!std::in_range<std::uint16_t>(suite) ||
      !crypto::supported(static_cast<std::uint16_t>(suite))) {
    return fail(MlsErrc::suite_unsupported);
  }
  HEARTH_TRY(const std::string name, request.text_or("name", ""));
  HEARTH_TRY(const std::optional<Bytes> identity, request.bytes_if("identity"));
  HEARTH_TRY(std::vector<std::uint16_t> extensions, types_of(request, "extensions"));
  HEARTH_TRY(std::vector<std::uint16_t> proposals, types_of(request, "proposals"));
  HEARTH_TRY(const std::uint64_t seconds,
             request.number_or("lifetime_seconds", kDefaultLifetimeSeconds));
  HEARTH_TRY(const WireFormat handshake,
             request.wire_format_or("handshake", WireFormat::private_message));
  HEARTH_TRY(const std::vector<std::uint64_t> padding, request.numbers_or_none("padding"));
  Options options;
  HEARTH_TRY(options.past_epochs_max, request.number_or("retain_epochs", options.past_epochs_max));
  HEARTH_TRY(const std::uint64_t forward,
             request.number_or("forward_ratchet", options.forward_steps_max));
  if (!std::in_range<std::uint32_t>(forward)) return fail(PeerErrc::field_invalid);
  options.forward_steps_max = static_cast<std::uint32_t>(forward);
  for (const std::uint64_t size : padding) {
    if (size > 0) options.padding_buckets.push_back(static_cast<std::size_t>(size));
  }
  HEARTH_TRY(const std::string fault, request.text_or("fault", ""));
  if (!fault.empty() && fault != "confirmation_tag") return fail(PeerErrc::fault_unknown);
  HEARTH_TRY(crypto::SignatureKey key,
             crypto::SignatureKey::generate(static_cast<CipherSuite>(suite), random_));

  groups_.clear();
  key_packages_.clear();
  last_group_.clear();
  psks_ = PskStore();
  suite_ = static_cast<CipherSuite>(suite);
  lifetime_seconds_ = seconds;
  handshake_ = handshake;
  false_tags_ = !fault.empty();
  options_ = std::move(options);
  options_.policy = &policy_;
  options_.psks = &psks_;
  identity_ = Identity{basic_credential(identity ? ByteView(*identity) : view_of(name)),
                       std::move(key),
                       capabilities_for(suites(), std::move(extensions), std::move(proposals)),
                       {}};
  return json::object({{"suite", suite}});
}

Lifetime Peer::lifetime() const {
  const std::uint64_t now = now_seconds();
  return {now - kClockSkewSeconds, now + lifetime_seconds_};
}

Peer::Reply Peer::key_package(const Request& request) {
  Lifetime life = lifetime();
  HEARTH_TRY(life.not_before, request.number_or("not_before", life.not_before));
  HEARTH_TRY(life.not_after, request.number_or("not_after", life.not_after));
  HEARTH_TRY(KeyPackageBundle ours, make_key_package(suite_, *identity_, life, random_));
  const Hash ref = ours.ref();
  json::Value reply = json::object({{"key_package", to_hex(ours.message())}, {"ref", to_hex(ref)}});
  key_packages_.insert_or_assign(to_bytes(ref), std::move(ours));
  return reply;
}

Peer::Reply Peer::create_group(const Request& request) {
  HEARTH_TRY(Bytes group_id, request.bytes_or_empty("group_id"));
  if (group_id.empty()) group_id = to_bytes(random_.array<16>());
  HEARTH_TRY(Extensions extensions, request.extensions_or_none("extensions"));
  HEARTH_TRY(Group group, Group::create(std::move(group_id), suite_, *identity_,
                                        std::move(extensions), options_, random_, lifetime()));
  return json::object({{"group_id", enter(std::move(group))}});
}

Result<Group*> Peer::group_of(const Request& request) {
  HEARTH_TRY(const std::string id, request.text_or("group", last_group_));
  const auto found = groups_.find(id);
  if (found == groups_.end()) return fail(PeerErrc::group_unknown);
  last_group_ = id;
  return &found->second;
}

std::string Peer::enter(Group group) {
  last_group_ = to_hex(group.group_id());
  groups_.insert_or_assign(last_group_, std::move(group));
  return last_group_;
}

Peer::Reply Peer::psk(const Request& request) {
  HEARTH_TRY(const Bytes id, request.bytes("id"));
  HEARTH_TRY(const Bytes secret, request.bytes("secret"));
  psks_.add_external(id, SecretBytes(ByteView(secret)));
  return json::object();
}

Peer::Reply Peer::state(const Request& request) {
  HEARTH_TRY(const auto* group, group_of(request));
  json::Value members = json::array();
  for (const Member& member : group->members()) {
    members.push(
        json::object({{"leaf", member.index.value}, {"identity", identity_hex(*member.leaf)}}));
  }
  const GroupContext& context = group->context();
  return json::object({
      {"epoch", group->epoch()},
      {"active", group->active()},
      {"leaf", group->own_index().value},
      {"members", std::move(members)},
      {"tree_hash", to_hex(context.tree_hash)},
      {"confirmed_transcript_hash", to_hex(context.confirmed_transcript_hash)},
      {"epoch_authenticator", to_hex(group->epoch_authenticator().view())},
      {"confirmation_tag", to_hex(group->confirmation_tag())},
      {"extensions", extensions_value(context.extensions)},
  });
}

Peer::Reply Peer::group_info(const Request& request) {
  HEARTH_TRY(const auto* group, group_of(request));
  GroupInfoOptions options;
  HEARTH_TRY(options.external_pub, request.flag_or("external_pub", false));
  HEARTH_TRY(options.ratchet_tree, request.flag_or("ratchet_tree", true));
  HEARTH_TRY(options.extensions, request.extensions_or_none("extensions"));
  HEARTH_TRY(GroupInfo info, group->group_info(options));
  return json::object({{"group_info", to_hex(encoded(MlsMessage{std::move(info)}))}});
}

Peer::Reply Peer::ratchet_tree(const Request& request) {
  HEARTH_TRY(const auto* group, group_of(request));
  return json::object({{"ratchet_tree", to_hex(group->ratchet_tree())}});
}

Peer::Reply Peer::export_secret(const Request& request) {
  HEARTH_TRY(const auto* group, group_of(request));
  HEARTH_TRY(const std::string label, request.text("label"));
  HEARTH_TRY(const Bytes context, request.bytes_or_empty("context"));
  HEARTH_TRY(const std::uint64_t length, request.number_or("length", 32));
  HEARTH_TRY(const SecretBytes secret,
             group->export_secret(label, context, static_cast<std::size_t>(length)));
  return json::object({{"secret", to_hex(secret.view())}});
}

// The state is the key and what it seals: for a script's hands, not for a disk.
Peer::Reply Peer::save(const Request& request) {
  HEARTH_TRY(auto* group, group_of(request));
  const Secret32 key = random_.secret<32>();
  HEARTH_TRY(const Bytes sealed, group->seal(key, random_));
  return json::object({{"state", to_hex(concat({key.view(), sealed}))}});
}

Peer::Reply Peer::load(const Request& request) {
  HEARTH_TRY(const Bytes state, request.bytes("state"));
  if (state.size() < Secret32::kSize) return fail(PeerErrc::field_invalid);
  const ByteView view(state);
  const Secret32 key = Secret32::from(view.first(Secret32::kSize));
  HEARTH_TRY(Group group, Group::open(view.subspan(Secret32::kSize), key, options_));
  // An opened group speaks only after it has been sealed again.
  HEARTH_TRY([[maybe_unused]] const Bytes again, group.seal(key, random_));
  const Epoch epoch = group.epoch();
  return json::object({{"group_id", enter(std::move(group))}, {"epoch", epoch}});
}

Peer::Reply Peer::list_groups(const Request&) {
  json::Value ids = json::array();
  for (const auto& [id, group] : groups_) ids.push(id);
  return json::object({{"groups", std::move(ids)}});
}

Peer::Reply Peer::quit(const Request&) {
  done_ = true;
  return json::object();
}

}  // namespace hearth::mls::peer
