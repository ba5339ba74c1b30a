// What was said here, kept for a while so that it can be reported and reports can be checked.
#pragma once

#include <map>

#include "protocol/room/report.h"

namespace hearth::client {

// What the log says of one message, to everybody alike.
struct Utterance {
  room::Hash body_hash{};
  room::Hash commitment{};
  room::PublicKey sender;  // As in room::ReportItem.
  friend bool operator==(const Utterance&, const Utterance&) = default;
};
// What opens it to somebody who cannot read it.
struct Proof {
  Bytes32 k_f{};
  room::Payload payload;
  std::optional<Bytes32> tag;
};

// The verdict on one item of a report. `reason` is empty where it holds, and where nothing here can
// tell: then the server is to be asked about the tag.
struct Verdict {
  enum class Kind : std::uint8_t { verified, not_verified, unknown };
  Kind kind = Kind::unknown;
  std::string_view reason;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// Evidence keeps the last messages in order of the log, and never gives one away but in a report
// that the user asked for. Owned by the model; bounded.
class Evidence final {
 public:
  static constexpr std::size_t kProofsMax = 512;  // That can be reported.
  static constexpr std::size_t kKnownMax = 8192;  // That a report can be checked against.
  static constexpr std::size_t kNeighbours = 10;  // On either side.

  // A message that was shown. Our own comes without what opens it: nobody reports themselves.
  void shown(room::Seq seq, const Utterance& utterance, std::optional<Proof> proof);

  // The message at `seq` with its neighbours. message_unknown, text_invalid.
  Result<room::Report> report(room::Seq seq, std::string reason) const;
  // commitment_invalid; body_differs, commitment_differs, sender_differs from our own log.
  Verdict verify(const room::RoomId& room, const room::ReportItem& item) const;

  void clear() { *this = {}; }
  std::size_t size() const noexcept { return proofs_.size(); }

 private:
  struct Reportable {
    Utterance utterance;
    Proof proof;
  };
  std::map<room::Seq, Utterance> known_;
  std::map<room::Seq, Reportable> proofs_;
};

}  // namespace hearth::client
