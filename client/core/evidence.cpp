// Keeping messages for reports, and judging reports by them.
#include "client/core/evidence.h"

#include <algorithm>

#include "client/core/error.h"
#include "protocol/room/text.h"

namespace hearth::client {

void Evidence::shown(room::Seq seq, const Utterance& utterance, std::optional<Proof> proof) {
  known_.insert_or_assign(seq, utterance);
  if (known_.size() > kKnownMax) known_.erase(known_.begin());
  if (!proof) return;
  proofs_.insert_or_assign(seq, Reportable{utterance, *std::move(proof)});
  if (proofs_.size() > kProofsMax) proofs_.erase(proofs_.begin());
}

Result<room::Report> Evidence::report(room::Seq seq, std::string reason) const {
  if (reason.size() > room::kReportReasonSizeMax || !room::is_utf8(reason)) {
    return fail(ClientErrc::text_invalid);
  }
  const auto found = proofs_.find(seq);
  if (found == proofs_.end()) return fail(ClientErrc::message_unknown);
  auto first = found;
  std::size_t before = 0;
  for (; before < kNeighbours && first != proofs_.begin(); ++before) --first;
  room::Report report;
  report.reason = std::move(reason);
  report.reported = static_cast<std::uint8_t>(before);
  for (auto each = first; each != proofs_.end(); ++each) {
    if (report.items.size() > before + kNeighbours) break;
    const auto& [utterance, proof] = each->second;
    report.items.push_back({each->first, utterance.body_hash, utterance.commitment, proof.k_f,
                            proof.payload, utterance.sender, proof.tag});
  }
  HEARTH_CHECK(report.fit());
  return report;
}

Verdict Evidence::verify(const room::RoomId& room, const room::ReportItem& item) const {
  const auto differs = [](std::string_view reason) {
    return Verdict{Verdict::Kind::not_verified, reason};
  };
  if (!item.check_commitment(room)) return differs("commitment_invalid");
  const auto found = known_.find(item.seq);
  if (found == known_.end()) return {};
  const Utterance& ours = found->second;
  if (ours.body_hash != item.body_hash) return differs("body_differs");
  if (ours.commitment != item.commitment) return differs("commitment_differs");
  if (ours.sender != item.sender) return differs("sender_differs");
  return {Verdict::Kind::verified, {}};
}

}  // namespace hearth::client
