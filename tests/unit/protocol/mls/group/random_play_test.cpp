// Random histories: whatever honest members do, they agree, and nobody stays behind.
#include <gtest/gtest.h>

#include "tests/support/mls_world.h"

namespace hearth::mls {
namespace {

using test::MlsWorld;

class RandomPlay : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, RandomPlay, testing::Range<std::uint64_t>(1, 13));

TEST_P(RandomPlay, KeepsEverybodyInAgreement) {
  const CipherSuite suites[] = {CipherSuite::x25519_chacha20poly1305_sha256_ed25519,
                                CipherSuite::x25519_aes128gcm_sha256_ed25519,
                                CipherSuite::p256_aes128gcm_sha256_p256};
  MlsWorld world(GetParam(), suites[GetParam() % 3]);
  world.capabilities.extensions = {0xff50};
  world.capabilities.proposals = {0xff51};
  const auto pick = [&](std::size_t n) {
    return static_cast<std::size_t>(world.random().array<1>()[0]) % n;
  };
  const auto someone = [&] {
    const auto names = world.inside();
    return names[pick(names.size())];
  };
  int newcomers = 0;
  world.found("p0", {"p1", "p2"});
  for (int step = 0; step < 40 && !HasFailure(); ++step) {
    const std::string by = someone();
    const std::string other = someone();
    CommitOptions options;
    options.wire_format = pick(2) == 0 ? WireFormat::public_message : WireFormat::private_message;
    options.force_path = pick(3) == 0;
    switch (pick(9)) {
      case 0: {
        std::vector<std::string> names;
        for (std::size_t i = 0; i <= pick(3); ++i) {
          names.push_back("n" + std::to_string(newcomers++));
        }
        options.tree_in_welcome = pick(2) == 0;
        world.add(by, names, std::move(options));
        break;
      }
      case 1:
        if (by != other && world.inside().size() > 2) {
          options.proposals = {Group::remove(world[other].index())};
          world.commit(by, std::move(options));
        }
        break;
      case 2:
        world.propose_update(other);
        world.commit(by, std::move(options));
        break;
      case 3:
        if (world.inside().size() > 3 && by != other) {
          world.propose(by, Group::remove(world[other].index()), options.wire_format);
          world.commit(by, std::move(options));
        }
        break;
      case 4:
        options.proposals = {
            Group::context_extensions({{0xff50, to_bytes(world.random().array<4>())}})};
        world.commit(by, std::move(options));
        break;
      case 5: {
        const Bytes id = to_bytes(world.random().array<8>());
        for (const std::string& name : world.inside()) {
          world.person(name).psks.add_external(id, SecretBytes(id));
        }
        options.proposals = {Group::external_psk(id, world.random()),
                             Group::resumption_psk(world.group(by).group_id(),
                                                   world.group(by).epoch(), world.random())};
        // Only who was here in that epoch knows it: all of them, as nobody was added since.
        world.commit(by, std::move(options));
        break;
      }
      case 6: {
        const std::string name = "x" + std::to_string(newcomers++);
        auto& person = world.person(name);
        auto joined = Group::external_join(*world.group(by).group_info({}), std::nullopt,
                                           person.identity, {}, person.options, world.random());
        ASSERT_TRUE(joined) << test::reason(joined);
        world.deliver(name, joined->commit);
        person.group = std::move(joined->group);
        break;
      }
      case 7: {
        LeafChange change;
        change.signature_key = *crypto::SignatureKey::generate(world.suite(), world.random());
        world.person(by).identity.signature_key = change.signature_key->clone();
        options.leaf = std::move(change);
        options.force_path = true;
        world.commit(by, std::move(options));
        break;
      }
      case 8:
        options.proposals = {Group::custom(0xff51, world.random().array<3>())};
        world.commit(by, std::move(options));
        break;
    }
    EXPECT_TRUE(world.agree()) << "step " << step;
    world.say(someone(), "step " + std::to_string(step));
  }
}

}  // namespace
}  // namespace hearth::mls
