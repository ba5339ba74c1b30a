// Recording one listener's view.
#include "tests/mls/make/recorder.h"

#include <fstream>

namespace hearth::mls::make {

namespace {

constexpr std::uint16_t kExtension = 0xf001;  // Understood by everybody here.
const std::string kListener = "lis";

}  // namespace

void write_file(const std::string& directory, const VectorFile& file) {
  std::ofstream out(directory + '/' + file.name, std::ios::binary);
  out << "[\n";
  for (std::size_t i = 0; i < file.cases.size(); ++i) {
    out << json::to_text(file.cases[i]) << (i + 1 < file.cases.size() ? ",\n" : "\n");
  }
  out << "]\n";
  expects(out.good());
}

Recorder::Recorder(std::uint64_t seed, CipherSuite suite, const std::vector<std::string>& others,
                   bool tree_inside)
    : world_(seed, suite), bundle_([&] {
        world_.capabilities =
            capabilities_for({static_cast<std::uint16_t>(suite)}, {kExtension}, {});
        return world_.key_package(kListener);
      }()) {
  world_.found("ana", {}, {{kExtension, to_bytes("recorded")}});
  std::vector<KeyPackageBundle> bundles;
  CommitOptions options;
  options.tree_in_welcome = tree_inside;
  options.proposals.push_back(Group::add(bundle_.key_package));
  for (const std::string& name : others) {
    bundles.push_back(world_.key_package(name));
    options.proposals.push_back(Group::add(bundles.back().key_package));
  }
  Group& ana = world_.group("ana");
  const PendingCommit made = must(ana.stage_commit(std::move(options), random()));
  must(ana.merge_pending());
  welcome_ = made.welcome.value();
  if (!tree_inside) tree_ = ana.ratchet_tree();

  const auto message = must(decode_exact<MlsMessage>(welcome_));
  const auto& welcome = std::get<Welcome>(message.body);
  const auto join = [&](const std::string& name, const KeyPackageBundle& bundle) {
    test::MlsMember& member = world_.person(name);
    member.group = must(Group::join(
        welcome, bundle, tree_ ? std::optional<ByteView>(*tree_) : std::nullopt, member.options));
  };
  join(kListener, bundle_);
  for (std::size_t i = 0; i < others.size(); ++i) join(others[i], bundles[i]);
  first_authenticator_ = to_bytes(group(kListener).epoch_authenticator().view());
}

Bytes Recorder::new_psk() {
  const Bytes id = to_bytes(random().array<8>());
  const Bytes secret = to_bytes(random().array<32>());
  for (const std::string& name : world_.inside()) {
    world_.person(name).psks.add_external(id, SecretBytes(ByteView(secret)));
  }
  psks_.push(json::object({{"psk_id", to_hex(id)}, {"psk", to_hex(secret)}}));
  return id;
}

std::string Recorder::newcomer() { return "n" + std::to_string(++named_); }

void Recorder::end_epoch(const Bytes& commit) {
  epochs_.push(json::object(
      {{"proposals", std::move(proposals_)},
       {"commit", to_hex(commit)},
       {"epoch_authenticator", to_hex(group(kListener).epoch_authenticator().view())}}));
  proposals_ = json::array();
}

void Recorder::propose(const std::string& by, const Bytes& message) {
  world_.deliver(by, message);
  proposals_.push(to_hex(message));
}

void Recorder::commit(const std::string& by, CommitOptions options) {
  end_epoch(world_.commit(by, std::move(options)).commit);
}

void Recorder::add(const std::string& by, const std::vector<std::string>& names,
                   CommitOptions options) {
  std::vector<KeyPackageBundle> bundles;
  for (const std::string& name : names) {
    bundles.push_back(world_.key_package(name));
    options.proposals.push_back(Group::add(bundles.back().key_package));
  }
  const PendingCommit made = world_.commit(by, std::move(options));
  end_epoch(made.commit);
  const auto message = must(decode_exact<MlsMessage>(made.welcome.value()));
  for (std::size_t i = 0; i < names.size(); ++i) {
    test::MlsMember& member = world_.person(names[i]);
    member.group = must(
        Group::join(std::get<Welcome>(message.body), bundles[i], std::nullopt, member.options));
  }
}

void Recorder::external_join(const std::string& name) {
  test::MlsMember& member = world_.person(name);
  const GroupInfo info = must(group("ana").group_info({}));
  auto joined =
      must(Group::external_join(info, std::nullopt, member.identity, {}, member.options, random()));
  world_.deliver(name, joined.commit);
  member.group = std::move(joined.group);
  end_epoch(joined.commit);
}

json::Value Recorder::invitation(const Bytes& welcome) const {
  return json::object({{"cipher_suite", bundle_.key_package.cipher_suite},
                       {"external_psks", psks_},
                       {"key_package", to_hex(bundle_.message())},
                       {"signature_priv", to_hex(bundle_.signature_key.private_key())},
                       {"encryption_priv", to_hex(bundle_.leaf_key.view())},
                       {"init_priv", to_hex(bundle_.init_key.view())},
                       {"welcome", to_hex(welcome)},
                       {"ratchet_tree", tree_ ? json::Value(to_hex(*tree_)) : json::Value()}});
}

json::Value Recorder::test_case() const {
  json::Value made = invitation(welcome_);
  made.set("initial_epoch_authenticator", to_hex(first_authenticator_));
  made.set("epochs", epochs_);
  return made;
}

}  // namespace hearth::mls::make
