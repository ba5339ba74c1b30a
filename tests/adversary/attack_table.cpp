// The rows, and how they are written.
#include "tests/adversary/attack_table.h"

namespace hearth::test {
namespace {

const std::vector<TableRow>& rows() {
  static const std::vector<TableRow> rows{
      {"the server joins unseen, without a link",
       "a knock is signed by a gate, and sealed to desks or lock that the server does not know",
       {"Guarded/Attacks.Fails/GhostWithoutAGate", "stage:siege"}},
      {"the server joins by a link that was revoked",
       "gates are folded from the log: the admitter refuses by itself",
       {"Guarded/Attacks.Fails/GhostByARevokedGate", "stage:siege"}},
      {"the server joins by a published link",
       "it comes in as anybody does: a commit and a line that everybody sees",
       {"Guarded/Attacks.Fails/GhostUnseenByAPublishedLink", "stage:siege"}},
      {"a decoy room behind a true link",
       "the room id commits to founders, server and safeguarding key; a group without a certified "
       "leaf of today's staff is not entered",
       {"Guarded/Attacks.Fails/DecoyRoom", "Guarded/Attacks.Fails/GroupWithoutStaff"}},
      {"a stale or forged place to join or resume at",
       "no external commits; the Welcome names a head that the admitter had seen, and the newcomer "
       "has to meet it",
       {"Guarded/Attacks.Fails/JoiningIntoAnotherPast", "stage:siege"}},
      {"a knock or KeyPackage shown again",
       "a KeyPackage lives a day, one for each knock; a handle comes in once",
       {"Guarded/Attacks.Fails/KnockFromYesterday"}},
      {"KeyPackages exhausted",
       "no directory of them; no more knocks wait by a gate than it has uses",
       {"Guarded/Attacks.Fails/KnocksBeyondTheGate"}},
      {"the lobby flooded",
       "a gate's signature before anything is stored, and 512 places at a door",
       {"Guarded/Attacks.Fails/LobbyFlooded", "stage:hostile"}},
      {"a garbage commit",
       "commits are ordered by the log: it costs one number, names its author and is passed over",
       {"Guarded/Attacks.Fails/GarbageCommit", "Process/Outlaws.Fails/GarbageCommit"}},
      {"a path that cannot be followed, a wrong confirmation tag",
       "only stewards commit with a path; who cannot follow says so and is let in again",
       {"Guarded/Attacks.Fails/PathCommitByAnybody", "Process/Outlaws.Fails/PathCommitByAnybody",
        "Rogue.WhatIsValidForAllButCannotBeFollowedIsAFault"}},
      {"a generation number far ahead",
       "a message turns its sender's ratchet by at most 1,000 steps",
       {"Guarded/Attacks.Fails/RatchetBomb", "Process/Outlaws.Fails/RatchetBomb"}},
      {"somebody else's handle claimed in a leaf",
       "the leaf proves possession of its delivery key",
       {"Guarded/Attacks.Fails/HandleStolen", "Process/Outlaws.Fails/HandleStolen"}},
      {"an act of staff repeated, or moved to before its time",
       "acts are signed, counted for each key, and bound to an entry that their signer had read",
       {"Guarded/Attacks.Fails/ActRepeated", "Guarded/Attacks.Fails/ActBeforeItsTime",
        "stage:siege"}},
      {"an act of staff invented", "staff sign; every client verifies every act", {"stage:siege"}},
      {"the keys of a staff person stolen",
       "keys are each person's own; the staff change by a lead or by as many deputies as the room "
       "says (thresholds for single acts are deferred)",
       {"Guarded/Attacks.Fails/DeputyKeyStolen"}},
      {"fork: different rooms for different people",
       "every message quotes the head that its author had read; heads are chained and signed",
       {"Guarded/Attacks.Fails/LogForked", "stage:siege"}},
      {"rollback",
       "no reader goes back but by a restart that hides nothing durable",
       {"Guarded/Attacks.Fails/LogRolledBack", "stage:siege", "stage:crash"}},
      {"the end of the log withheld",
       "the lead's client breaks the silence every minute; who hears nothing of the staff for two "
       "and a half is told",
       {"Guarded/Attacks.Fails/TailWithheld"}},
      {"the end of the log withheld from the lead herself",
       "her client, whose own beacons do not come back, tells her, and sends more of them",
       {"Guarded/Attacks.Fails/TailWithheldFromTheLead"}},
      {"a commit held back, to keep somebody in",
       "nothing is taken under an older generation: where the two logs meet, readers stop",
       {"Guarded/Attacks.Fails/CommitHeldBack"}},
      {"what a muted member says is shown all the same",
       "clients fold the same mutes at the same place",
       {"Guarded/Attacks.Fails/MutedAndShown"}},
      {"what is said out of turn is shown all the same",
       "the server refuses it; clients fold the same floor at the same place",
       {"Guarded/Attacks.Fails/OutOfTurnAndShown"}},
      {"a link in the wrong hands",
       "one use, an expiry, the lobby; a spent or expired gate lets nobody knock",
       {"Guarded/Attacks.Fails/SpentLink", "Guarded/Attacks.Fails/ExpiredLink",
        "Process/Outlaws.Fails/SpentLink"}},
      {"an old link, and a server that kept the old door",
       "a change of lock: knocks of an open room are opened by today's lock alone",
       {"Guarded/Attacks.Fails/LinkFromBeforeTheLock"}},
      {"two rooms linked by a connection",
       "one connection serves one room, with keys used nowhere else (separate circuits are "
       "deferred)",
       {"Guarded/Attacks.Fails/ConnectionForTwoRooms",
        "Process/Outlaws.Fails/ConnectionForTwoRooms"}},
      {"a member floods the room",
       "a rate for each key, and mutes that the server and every client fold",
       {"Guarded/Attacks.Fails/Flood", "Process/Outlaws.Fails/Flood"}},
      {"a message that whoever reports it cannot prove",
       "readers drop what does not open its commitment",
       {"Guarded/Attacks.Fails/MessageThatCannotBeReported",
        "Process/Outlaws.Fails/MessageThatCannotBeReported"}},
      {"a message shown twice",
       "payloads carry a random id and a rising counter; doubles are dropped",
       {"Guarded/Attacks.Fails/PayloadTwice", "Process/Outlaws.Fails/PayloadTwice"}},
      {"a removed member with all their keys",
       "key, delivery and invitation go in one bundle",
       {"Removed.KeepsKeysThatOpenNothing"}},
      {"token tagging by key", "deferred: there are no tokens yet", {}},
      {"admission tokens, proof of work at public doors", "deferred", {}},
      {"thresholds and delays for single acts", "deferred", {}},
      {"separate circuits, audit over a second one", "deferred", {}},
  };
  return rows;
}

}  // namespace

std::span<const TableRow> attack_table() { return rows(); }

std::string attack_table_text() {
  std::string text(kTableBegins);
  text += "\n\n| attack | what holds it off | shown by |\n|---|---|---|\n";
  for (const TableRow& row : rows()) {
    text += "| " + std::string(row.attack) + " | " + std::string(row.mitigation) + " | ";
    for (std::size_t i = 0; i < row.tests.size(); ++i) {
      const bool stage = row.tests[i].starts_with("stage:");
      const std::string_view name = stage ? row.tests[i].substr(6) : row.tests[i];
      text +=
          std::string(i > 0 ? ", " : "") + (stage ? "stage " : "") + "`" + std::string(name) + "`";
    }
    text += row.tests.empty() ? "deferred |\n" : " |\n";
  }
  text += "\n";
  text += kTableEnds;
  return text;
}

}  // namespace hearth::test
