// Looking at the server's own door, and knocking at it.
#include "tests/adversary/ghost.h"

#include "client/core/arrival.h"

namespace hearth::test {
namespace {

// An outbox that keeps the door it is sent.
struct Look final : server::Outbox {
  std::optional<wire::Door> door;
  wire::FrameAssembler assembler;

  bool has_room() const noexcept override { return true; }
  void push(server::Frame frame) override {
    const auto record = assembler.on_frame(*frame);
    if (!record || !*record) return;
    auto message = wire::decode_server_message(**record);
    if (auto* shown = std::get_if<wire::Door>(&*message)) door = std::move(*shown);
  }
  void end(wire::GoodbyeReason) override {}
};

constexpr std::uint64_t kGhostSlot = 9000;  // No honest knock has it.

}  // namespace

client::House house_behind(Siege& siege, const room::Link& link) {
  Look look;
  server::Seat seat(look);
  siege.room()->get_door(seat);
  expects(look.door.has_value());
  auto house = client::enter_house(link, *look.door);
  expects(house.has_value());
  return *std::move(house);
}

wire::KnockShown ghost_knock(Siege& siege, const client::House& house,
                             const crypto::SignatureKey& signer, const Bytes32& gate,
                             bool open_door) {
  const auto arrival = client::Arrival::prepare(house, "Ghost", siege.now(), siege.random());
  expects(arrival.has_value());
  const auto knock =
      arrival->knock(house, room::Role::gate, signer, open_door, {}, {}, siege.random());
  expects(knock.has_value());
  return {kGhostSlot, knock->handle, room::Role::gate, gate, knock->sealed};
}

}  // namespace hearth::test
