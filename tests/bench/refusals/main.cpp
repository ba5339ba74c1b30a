// hearth-refusal-bench: asks a running hearthd to be let in with a wrong room, a wrong key and a
// wrong signature, in turn, and says whether the times of the refusals can be told apart.
#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

#include <CLI/CLI.hpp>

#include "tests/bench/median.h"
#include "tests/bench/refusals/two_samples.h"
#include "tests/support/server_process.h"
#include "tests/support/wire_room.h"

namespace {

using namespace hearth;
using Clock = std::chrono::steady_clock;

constexpr std::array<const char*, 3> kKinds{"unknown room", "unknown key", "wrong signature"};
constexpr double kMediansApartMax = 0.05;
constexpr double kAccuracyMax = 0.55;

class Refusals {
 public:
  Refusals(test::WireRoom& room, std::uint16_t port) : room_(room), port_(port) {}

  // Microseconds from the proof to the answer; nothing when the server behaved otherwise.
  std::optional<double> time_of(std::size_t kind) {
    const auto client = test::WireClient::connect(port_);
    if (!client) return std::nullopt;
    const room::RoomId id = kind == 0 ? room::RoomId{random_.array<16>()} : room_.keys.room;
    client->session().authenticate(id, room::Role::staff,
                                   kind == 1 ? stranger_ : room_.keys.staff_server);
    const Bytes record = client->session().take_records().front();
    auto auth = std::get<wire::Auth>(*wire::decode_client_message(record));
    if (kind == 2) auth.signature.bytes[7] ^= 1;
    const Bytes frame =
        test::websocket_frame(test::Opcode::binary, wire::frames_of(wire::record_of(auth)).front());

    const auto began = Clock::now();
    if (!client->socket().tcp().send(frame)) return std::nullopt;
    const auto answer = client->socket().receive();
    const std::chrono::duration<double, std::micro> took = Clock::now() - began;
    const Bytes refused = wire::frames_of(wire::record_of(wire::AuthRefused{})).front();
    if (!answer || !equal(answer->payload, refused)) return std::nullopt;
    return took.count();
  }

 private:
  test::WireRoom& room_;
  std::uint16_t port_;
  crypto::SystemRandom random_;
  crypto::SignatureKey stranger_ = test::signature_key("stranger");
};

// True when each two of them are alike.
bool judge(const std::array<std::vector<double>, kKinds.size()>& times) {
  bool alike = true;
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    std::printf("%-16s median %8.2f us of %zu\n", kKinds[i], tests::median(times[i]),
                times[i].size());
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    for (std::size_t j = i + 1; j < kKinds.size(); ++j) {
      const double one = tests::median(times[i]);
      const double other = tests::median(times[j]);
      const double apart = std::max(one, other) / std::min(one, other) - 1;
      const double accuracy = tests::threshold_accuracy(times[i], times[j]);
      const bool good = apart <= kMediansApartMax && accuracy <= kAccuracyMax;
      std::printf("%-16s / %-16s medians apart %5.2f %%, told apart %5.2f %%: %s\n", kKinds[i],
                  kKinds[j], 100 * apart, 100 * accuracy, good ? "alike" : "DIFFERENT");
      alike = alike && good;
    }
  return alike;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Whether the time of a refusal tells which part of the proof was wrong.\n"
      "Ends with 0 when no two kinds can be told apart, with 1 when they can.");
  std::string server;
  std::size_t samples = 10000;
  std::uint64_t seed = std::random_device{}();
  app.add_option("server", server, "a hearthd, started here with a folder of its own")->required();
  app.add_option("--samples", samples, "of each kind")->check(CLI::Range(100, 1000000));
  app.add_option("--seed", seed, "of the order in which the kinds are asked");
  CLI11_PARSE(app, argc, argv);
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));

  const test::TemporaryFolder folder;
  test::ServerProcess process(server, folder.path());
  test::WireRoom room;
  if (!process.start() || !room.found(process.port(), room::Retention::day, 1) ||
      !room.open(room::Admission::lobby)) {
    std::fprintf(stderr, "hearth-refusal-bench: %s does not start, or founds no room\n",
                 server.c_str());
    return 2;
  }
  Refusals refusals(room, process.port());
  std::array<std::vector<double>, kKinds.size()> times;
  std::array<std::size_t, kKinds.size()> order{0, 1, 2};
  std::mt19937_64 shuffler(seed);
  const std::size_t warm_up = samples / 20;
  for (std::size_t round = 0; round < warm_up + samples; ++round) {
    std::ranges::shuffle(order, shuffler);
    for (const std::size_t kind : order) {
      const auto time = refusals.time_of(kind);
      if (!time) {
        std::fprintf(stderr, "hearth-refusal-bench: not refused as it must be: %s\n", kKinds[kind]);
        return 2;
      }
      if (round >= warm_up) times[kind].push_back(*time);
    }
  }
  const bool alike = judge(times);
  std::printf("hearth-refusal-bench: %s\n", alike ? "passed" : "FAILED");
  return alike ? 0 : 1;
}
