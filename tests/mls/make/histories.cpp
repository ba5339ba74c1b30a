// passive-client-own: random histories of every kind of proposal, as a listener hears them.
#include <algorithm>

#include "tests/mls/make/recorder.h"

namespace hearth::mls::make {
namespace {

constexpr std::size_t kEpochs = 14;
constexpr std::size_t kMembersMax = 9;

class History final {
 public:
  History(std::uint64_t seed, CipherSuite suite)
      : recorder_(seed, suite, {"bo", "cy", "dee"}, seed % 2 == 0) {}

  json::Value play() {
    for (std::size_t i = 0; i < kEpochs; ++i) step(i);
    return recorder_.test_case();
  }

 private:
  std::size_t below(std::size_t count) { return recorder_.random().array<1>()[0] % count; }
  bool chance() { return below(2) == 0; }
  WireFormat framing() {
    return chance() ? WireFormat::public_message : WireFormat::private_message;
  }
  // Anyone but the listener, who only listens, and but `other`.
  std::string someone(const std::string& other = "lis") {
    std::vector<std::string> names = recorder_.world().inside();
    std::erase(names, "lis");
    std::erase(names, other);
    return names[below(names.size())];
  }
  CommitOptions options() {
    CommitOptions options;
    options.wire_format = framing();
    options.force_path = chance();
    if (chance()) options.authenticated_data = to_bytes("authenticated");
    return options;
  }
  Proposal context_change() {
    return Group::context_extensions({{0xf001, to_bytes(recorder_.random().array<5>())}});
  }

  // Each kind comes in turn, so that short histories hold them all.
  void step(std::size_t i) {
    const bool room = recorder_.world().inside().size() < kMembersMax;
    const std::string by = someone();
    CommitOptions how = options();
    switch (i % 7) {
      case 0:
        return recorder_.add(by, {recorder_.newcomer(), recorder_.newcomer()}, std::move(how));
      case 1: how.force_path = true; return recorder_.commit(by, std::move(how));
      case 2:
        if (room) return recorder_.external_join(recorder_.newcomer());
        return recorder_.commit(by, std::move(how));
      case 3:
        how.proposals.push_back(Group::external_psk(recorder_.new_psk(), recorder_.random()));
        how.proposals.push_back(Group::resumption_psk(
            to_bytes("room"), recorder_.group("lis").epoch(), recorder_.random()));
        return recorder_.commit(by, std::move(how));
      case 4: by_reference(by); return recorder_.commit(by, std::move(how));
      case 5:
        how.proposals.push_back(context_change());
        return recorder_.commit(by, std::move(how));
      default:
        how.proposals.push_back(Group::remove(recorder_.group(removable(by)).own_index()));
        return recorder_.commit(by, std::move(how));
    }
  }

  // "ana" stays: newcomers from outside ask her for the GroupInfo.
  std::string removable(const std::string& by) {
    for (;;) {
      const std::string name = someone(by);
      if (name != "ana") return name;
    }
  }

  void by_reference(const std::string& committer) {
    const std::string updates = someone(committer);
    recorder_.propose(updates, must(recorder_.group(updates).propose_update({}, {framing(), {}},
                                                                            recorder_.random())));
    const std::string changes = someone();
    recorder_.propose(changes,
                      must(recorder_.group(changes).propose(
                          context_change(), {framing(), to_bytes("why")}, recorder_.random())));
    const std::string psk = someone();
    recorder_.propose(psk, must(recorder_.group(psk).propose(
                               Group::external_psk(recorder_.new_psk(), recorder_.random()),
                               {framing(), {}}, recorder_.random())));
  }

  Recorder recorder_;
};

}  // namespace

std::vector<VectorFile> make_histories(std::uint64_t seed) {
  VectorFile file{"passive-client-own.json", {}};
  for (std::uint16_t suite = 1; suite <= 3; ++suite) {
    if (!crypto::supported(suite)) continue;
    file.cases.push_back(History(seed + suite, static_cast<CipherSuite>(suite)).play());
  }
  return {std::move(file)};
}

}  // namespace hearth::mls::make
