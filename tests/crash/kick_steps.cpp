// The table of the steps.
#include "tests/crash/kick_steps.h"

namespace hearth::test {
namespace {

using enum KickSide;
using enum KickOutcome;

constexpr KickStep kSteps[] = {
    // Nothing is on the disk.
    {"received_part", server, neither, "some bytes of the Append have been read from the socket"},
    {"received", server, neither, "all of them have, and nobody has looked at them"},
    {"judged", server, neither, "parsed, checked, numbered, folded in memory, given to the log"},
    {"begun", server, neither, "the transaction has begun"},
    {"saved", server, neither, "the savepoint of this Append is set"},
    {"commit_inserted", server, neither, "the row of the commit is in the transaction"},
    {"removal_inserted", server, neither, "the row of the removal is in it too"},
    {"answer_inserted", server, neither, "the idempotency key is in it too"},
    {"released", server, neither, "the savepoint is released"},
    {"sync_untold", server, neither, "COMMIT has written all pages, and the disk has none"},
    {"sync_part", server, either, "power fails in the sync: any of the writes, one of them torn"},
    // All of it is on the disk, and nobody knows.
    {"synced", server, both, "the disk has all pages"},
    {"committed", server, both, "COMMIT has returned"},
    {"durable", server, both, "the log has its answer, the room does not"},
    {"answer_untold", server, both, "the answer to the author is about to be sent"},
    {"answer_told", server, both, "it is sent"},
    {"commit_untold", server, both, "the commit is about to go to the first reader"},
    {"commit_told_1", server, both, "it has gone to one reader"},
    {"commit_told_2", server, both, "to two"},
    {"commit_told_3", server, both, "to three"},
    {"removal_untold", server, both, "the removal is about to go to the first reader"},
    {"removal_told_1", server, both, "it has gone to one reader"},
    {"removal_told_2", server, both, "to two"},
    {"removal_told_3", server, both, "to three"},
    {"goodbye_untold", server, both, "the removed is about to be told that they are out"},
    {"goodbye_told", server, both, "they have been told"},
    // The client of whoever kicks.
    {"building", kicker, neither, "the bundle is being made: at any of its draws of randomness"},
    {"built", kicker, neither, "the commit is staged, the bundle signed and sealed; nothing sent"},
    {"sent_part", kicker, neither, "half of the Append is in the socket"},
    {"sent", kicker, either, "all of it is, and no answer has come"},
    {"answer_received", kicker, both, "the answer is in hand, unread"},
    {"answer_taken", kicker, both, "the answer is read"},
    {"own_commit_received", kicker, both, "the own commit is in hand, not merged"},
    {"own_commit_merged", kicker, both, "the own commit is merged, the removal not read"},
    {"own_removal_received", kicker, both, "the removal is in hand, unread"},
    {"own_removal_read", kicker, both, "all is read, and nobody was shown it"},
    // The client of a member.
    {"member_commit_received", member, both, "the commit is in hand, not merged"},
    {"member_commit_merged", member, both, "the commit is merged, the removal not read"},
    {"member_removal_received", member, both, "the removal is in hand, unread"},
    {"member_removal_read", member, both, "all is read, and nobody was shown it"},
    {"line_commit_received", line, both, "the line breaks over the commit, which is lost"},
    {"line_commit_merged", line, both, "the line breaks between the commit and the removal"},
    {"line_removal_received", line, both, "the line breaks over the removal, which is lost"},
};

}  // namespace

std::string_view name_of(KickSide side) noexcept {
  switch (side) {
    case server: return "server";
    case kicker: return "kicker";
    case member: return "member";
    case line: return "line";
  }
  return {};
}

std::string_view name_of(KickOutcome outcome) noexcept {
  switch (outcome) {
    case neither: return "neither";
    case both: return "both";
    case either: return "either";
  }
  return {};
}

std::span<const KickStep> kick_steps() noexcept { return kSteps; }

}  // namespace hearth::test
