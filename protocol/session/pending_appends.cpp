// Own Appends, until they are read in the log.
#include "protocol/session/pending_appends.h"

#include <algorithm>

namespace hearth::session {

bool PendingAppends::Sent::finished() const noexcept {
  return std::ranges::all_of(read, [](const auto& at) { return at.has_value(); });
}

void PendingAppends::sent(wire::Append append) {
  Sent entry;
  for (const wire::Append::Item& item : append.entries) {
    entry.hashes.push_back(crypto::sha256(item.body));
  }
  entry.read.resize(entry.hashes.size());
  entry.append = std::move(append);
  sent_.push_back(std::move(entry));
}

std::optional<PendingAppends::Own> PendingAppends::on_record(const room::LogRecord& record) {
  if (sent_.empty()) return std::nullopt;  // Mostly; a body may be large.
  const room::Hash hash = record.body_hash();
  for (Sent& entry : sent_) {
    for (std::size_t i = 0; i < entry.hashes.size(); ++i) {
      if (entry.read[i] || entry.hashes[i] != hash) continue;
      entry.read[i] = record.seq;
      return Own{entry.append.idempotency, entry.finished()};
    }
  }
  return std::nullopt;
}

std::optional<wire::Append> PendingAppends::on_refused(const Bytes16& idempotency) {
  const auto found = std::ranges::find(sent_, idempotency,
                                       [](const Sent& entry) { return entry.append.idempotency; });
  if (found == sent_.end() || found->finished()) return std::nullopt;
  wire::Append append = std::move(found->append);
  sent_.erase(found);
  return append;
}

void PendingAppends::on_lost(room::Seq after) {
  for (Sent& entry : sent_) {
    for (auto& at : entry.read) {
      if (at && *at > after) at.reset();
    }
  }
}

bool PendingAppends::begun(const Bytes16& idempotency) const {
  return std::ranges::any_of(sent_, [&](const Sent& entry) {
    return entry.append.idempotency == idempotency &&
           std::ranges::any_of(entry.read, [](const auto& at) { return at.has_value(); });
  });
}

std::vector<wire::Append> PendingAppends::unread() const {
  std::vector<wire::Append> appends;
  for (const Sent& entry : sent_) {
    if (!entry.finished()) appends.push_back(entry.append);
  }
  return appends;
}

std::vector<PendingAppends::Unread> PendingAppends::unread_entries() const {
  std::vector<Unread> entries;
  for (const Sent& entry : sent_) {
    for (std::size_t i = 0; i < entry.hashes.size(); ++i) {
      if (entry.read[i]) continue;
      entries.push_back({entry.append.idempotency, entry.append.entries[i].kind, entry.hashes[i]});
    }
  }
  return entries;
}

bool PendingAppends::empty() const noexcept {
  return std::ranges::all_of(sent_, [](const Sent& entry) { return entry.finished(); });
}

void PendingAppends::settle(room::Seq durable) {
  std::erase_if(sent_, [&](const Sent& entry) {
    return std::ranges::all_of(entry.read, [&](const auto& at) { return at && *at <= durable; });
  });
}

}  // namespace hearth::session
