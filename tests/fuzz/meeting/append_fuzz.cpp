// A room under a script of arbitrary acts. The server's judgement and a reader's must agree on
// each, a refusal changes nothing, and at the end a newcomer who starts from a `state` agrees too.
//
// Input: steps of four bytes {operation, who, whom, how}.
#include "protocol/meeting/room_state.h"
#include "tests/support/room_builder.h"

namespace {

using namespace hearth;
using meeting::Draft;
using meeting::RoomState;
using meeting::Speaker;

constexpr std::uint32_t kPeople = 6;
constexpr std::size_t kStepsMax = 24;

class Script {
 public:
  void step(Byte operation, Byte who, Byte whom, Byte how) {
    const bool by_staff = who % 4 != 0;
    const std::uint32_t person = who % kPeople;
    const Speaker speaker =
        by_staff ? Speaker{room::Role::staff, room::public_key_of(builder_.staff_server)}
                 : Speaker{room::Role::member, room::public_key_of(builder_.delivery(person))};
    std::vector<Bytes> bodies;
    std::vector<Draft> drafts;
    bodies.reserve(3);
    const auto add = [&](room::EntryKind kind, Bytes body) {
      bodies.push_back(std::move(body));
      drafts.push_back({kind, state_.generation(), bodies.back()});
    };
    if (operation & 0x80) add(room::EntryKind::commit, Bytes(512, how));
    if (operation & 0x40) add(room::EntryKind::app, Bytes(512, how));
    if (const auto args = act(operation & 0x3f, whom, how)) {
      const room::Seq base =
          std::holds_alternative<room::StateOp>(*args) ? state_.last_control_seq() : state_.head();
      add(room::EntryKind::control,
          by_staff ? builder_.staff_act(*args, base) : builder_.member_act(person, *args, base));
    }
    append(speaker, drafts);
  }

  void finish() {
    const Bytes body =
        builder_.staff_act(room::StateOp{state_.encode_state()}, state_.last_control_seq());
    const Draft draft{room::EntryKind::control, state_.generation(), body};
    append({room::Role::staff, room::public_key_of(builder_.staff_server)}, {draft});
    const auto newcomer =
        RoomState::from_state(builder_.room, builder_.server_part,
                              {state_.head(), draft.kind, draft.generation, to_bytes(draft.body)});
    expects(newcomer.has_value() && *newcomer == state_);
  }

 private:
  std::optional<room::OpArgs> act(Byte operation, Byte whom, Byte how) {
    const room::Handle handle = builder_.handle(whom % kPeople);
    const room::GateRef gate = builder_.gate(how % 3);
    const auto next = static_cast<room::Generation>(state_.generation() + (how == 255 ? 2 : 1));
    const auto admission = static_cast<room::Admission>(1 + how % 3);
    switch (operation % 36) {
      case 0: return room::OpenOp{Bytes(8, how), handle, admission, next};
      case 1: return room::CloseOp{};
      case 2: {
        room::RebuildOp op{Bytes(8, how), handle, admission, next};
        if (how & 8) op.dropped = {builder_.handle(how % kPeople)};
        if (how & 16) op.gates = {gate};
        return op;
      }
      case 3: return room::AdmitOp{{{handle, room::Role::gate, gate.bytes, Byte(how % 4)}}};
      case 4:
        return room::AdmitOp{
            {{handle, room::Role::member, builder_.handle(how % kPeople).bytes, Byte(how % 4)}}};
      case 5: return room::RemoveOp{{handle}, {}, next, how % 2 ? 60u : 0u, Byte(how % 2)};
      case 6: return room::RemoveOp{{}, {gate}, next, 0};
      case 7: return room::LeaveOp{};
      case 8: return room::GateAddOp{gate, std::uint16_t(1 + whom), ~std::uint64_t{0}, 0, {}};
      case 9: return room::GateRevokeOp{gate};
      case 10: return room::MuteOp{{handle}};
      case 11: return room::UnmuteOp{{handle}};
      case 12: return how % 2 ? room::OpArgs(room::PauseOp{}) : room::OpArgs(room::ResumeOp{});
      case 13: return how % 2 ? room::OpArgs(room::LockOp{}) : room::OpArgs(room::UnlockOp{});
      case 14: return room::EraseOp{{room::Seq{how}}};
      case 15: return room::UndoEraseOp{{room::Seq{how}}};
      case 16: return room::StateOp{state_.encode_state()};
      case 17: return room::ToLobbyOp{{handle}};
      case 18: return room::CallBackOp{{handle}};
      case 19: return staff_set(whom, how);
      case 20: {
        const auto key = test::signature_key("staff_server", 1 + whom % 4);
        room::SupporterAddOp op{room::public_key_of(key), {}, Byte(1 + how % 3), {}};
        op.accept(builder_.room, key);
        return op;
      }
      case 21:
        return room::SupporterRemoveOp{
            room::public_key_of(test::signature_key("staff_server", 1 + whom % 4))};
      case 22: return room::ModeOp{room::Mode(1 + whom % 5), how, Byte(how % 4)};
      case 23: return room::RaiseOp{};
      case 24: return room::LowerOp{};
      case 25: return room::CallOnOp{handle, how};
      case 26: return room::TakeOp{};
      case 27: return room::DoneOp{};
      case 28: return room::PassOp{};
      case 29: return room::GrantOp{handle, std::uint16_t(1 + how)};
      case 30: return room::SkipOp{handle};
      case 31: return room::HeardOp{};
      case 32: return room::LeadOp{state_.floor().lead().value_or(room::PublicKey{})};
      default: return std::nullopt;
    }
  }

  // The founder leads; which of three others are staff too, and as what, is in the bits of `whom`.
  room::StaffSetOp staff_set(Byte whom, Byte how) {
    room::StaffSetOp op;
    op.number = state_.staff_number() + 1;
    op.list_hash[0] = how;
    op.quorum = Byte(how % 3);
    op.entries = {{room::public_key_of(builder_.staff_server), {}, room::kStaffLead}};
    for (unsigned i = 1; i < 4; ++i) {
      if (!(whom & (1u << i))) continue;
      const auto key = test::signature_key("staff_server", i);
      op.entries.push_back(
          {room::public_key_of(key), {}, Byte((whom >> (i + 4)) & 1 ? 2 : how % 4)});
      op.accept(room::StaffSetOp::acceptance(builder_.room, op.number, {}, key));
    }
    std::erase_if(op.acceptances, [&](const auto& by) { return state_.is_staff(by.staff_server); });
    std::ranges::sort(op.entries, {}, &room::StaffSetOp::Entry::staff_server);
    op.sign(builder_.room, builder_.staff_server);
    return op;
  }

  void append(const Speaker& speaker, const std::vector<Draft>& drafts) {
    const RoomState before = state_;
    auto staged = state_.stage(speaker, drafts, state_.last_commit_seq(), Instant{});
    if (!staged) {
      expects(state_ == before);
      return;
    }
    room::Seq seq = staged->first;
    state_.install(std::move(*staged));
    for (const Draft& draft : drafts) {
      expects(
          reader_
              .apply(room::LogRecord::of({seq, draft.kind, draft.generation, to_bytes(draft.body)}))
              .has_value());
      seq = seq.next();
    }
    expects(reader_ == state_);
  }

  test::RoomBuilder builder_;
  RoomState state_{builder_.room, builder_.server_part};
  RoomState reader_{builder_.room, builder_.server_part};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script;
  for (std::size_t i = 0; i + 4 <= size && i / 4 < kStepsMax; i += 4) {
    script.step(data[i], data[i + 1], data[i + 2], data[i + 3]);
  }
  script.finish();
  return 0;
}
