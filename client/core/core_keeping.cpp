// Keeping the stay: what goes into a vault, and how we come back from it.
//
//   stay   version u16 | kind u8, then by kind:
//     over       nothing
//     founding   Head | House                            the room is asked for, and may exist
//     door       Head | House?                           outside: knocking, or on the way to it
//     stay       Head | House | reader | what we want
//   Head   host, name, greeting | link? | delivery keys, newest first | flags
//
// A field is its length (u32) and its bytes; see the `keep` of each part. Lists are bounded, and
// what a decoder would not write it does not take.
#include <limits>

#include "client/core/answer.h"
#include "protocol/room/knock.h"

namespace hearth::client {
namespace {

constexpr std::uint16_t kVersion = 2;
constexpr std::uint16_t kVersionMin = 1;  // Without modes of drafts, and without an agenda.
enum class Kind : std::uint8_t { over, founding, door, stay };

// Reading again what came since costs nothing but time, so it is not kept at once.
constexpr auto kKeepEvery = std::chrono::seconds(5);
constexpr std::size_t kLinkMax = 2048;
constexpr std::size_t kStaysMax = 2;
constexpr std::size_t kSentMax = 512;

}  // namespace

// --- When ---------------------------------------------------------------------------------------

void Core::Model::keep_soon() {
  if (keeping_ && !keep_at_) keep_at_ = now_ + kKeepEvery;
}

void Core::Model::put_keep() {
  if (!std::exchange(keep_now_, false)) return;
  keep_at_.reset();
  if (!over_ && (stage_ == Stage::idle || host_.empty())) return;
  SecretBytes stay = kept(true);
  // More than a vault holds: without the group the way back is the door.
  if (stay.size() > kKeptMax) stay = kept(false);
  effects_.insert(effects_.begin(), Keep{std::move(stay)});
}

void Core::Model::forget_stay(std::string_view reason) {
  const bool given_up = reason == "left" || reason == "removed" || reason == "denied";
  if (given_up && !(house_ && house_->staff)) {
    over_ = true;
  } else if (given_up) {
    stay_.reset();
    older_stay_.reset();
    arrival_.reset();
    if (reader_) reader_->drop_group();
  } else if (reason != "quit" && reason != "replaced") {
    // It may be worth another try: what was kept before is left as it is.
    keeping_ = keep_now_ = false;
  }
  keep_first();
}

// --- What ---------------------------------------------------------------------------------------

SecretBytes Core::Model::kept(bool groups) const {
  KeptWriter out;
  out.u16(kVersion);
  if (over_) return out.u8(static_cast<std::uint8_t>(Kind::over)).take();
  const Kind kind = founding_ && house_ ? Kind::founding
                    : house_ && reader_ ? Kind::stay
                                        : Kind::door;
  out.u8(static_cast<std::uint8_t>(kind)).text(host_).text(name_).text(greeting_);
  out.presence(link_);
  if (link_) {
    std::string link = link_->text();
    out.text(link);
    wipe(link.data(), link.size());
  }
  const bool new_handle = arrival_ && arrival_->knocked;
  out.u32((new_handle ? 1 : 0) + (stay_ ? 1 : 0));
  if (new_handle) out.key(arrival_->stay.delivery);
  if (stay_) out.key(*stay_);
  out.u8(been_inside_ ? 1 : 0).u8(static_cast<std::uint8_t>(admission_));
  if (kind == Kind::door) out.presence(house_);
  if (house_) house_->keep(out);
  if (kind == Kind::stay) keep_stay(out, groups);
  return out.take();
}

void Core::Model::keep_stay(KeptWriter& out, bool groups) const {
  reader_->keep(out, groups);
  const room::Chain* chain = session_ && session_->chain() ? session_->chain() : nullptr;
  if (!chain && chain_) chain = &*chain_;
  const bool same = chain && chain->head() == reader_->head();
  out.value(same ? chain->durable() : reader_->head());
  outbox_.keep(out);
  std::map<room::Hash, Bytes16> sent = sent_before_;
  for (const auto& entry : pending_.unread_entries()) {
    // Commits are known to the group, control entries to everybody.
    const bool sealed =
        entry.kind == room::EntryKind::app || entry.kind == room::EntryKind::proposal;
    if (sealed) sent.insert_or_assign(entry.hash, entry.idempotency);
  }
  const std::size_t count = std::min(sent.size(), kSentMax);
  out.u32(static_cast<std::uint32_t>(count));
  for (auto at = sent.begin(); at != std::next(sent.begin(), static_cast<std::ptrdiff_t>(count));
       ++at) {
    out.raw(at->first).raw(at->second);
  }
  book_.keep(out);
  bans_.keep(out);
  out.u8(door_due_ ? 1 : 0);
  const auto card = agenda_ ? agenda_->card(now_) : std::nullopt;
  out.presence(card);
  if (card) out.u64(unix_seconds(now_)).field(encoded(*card));
}

// --- Coming back --------------------------------------------------------------------------------

Status Core::Model::resume(ByteView kept) {
  Reader in(kept);
  HEARTH_TRY(const std::uint16_t version, in.u16());
  if (version < kVersionMin || version > kVersion) return fail(ClientErrc::kept_invalid);
  HEARTH_TRY(const std::uint8_t kind, in.u8());
  if (kind == static_cast<std::uint8_t>(Kind::over)) {
    HEARTH_CHECK(in.finish());
    return fail(ClientErrc::kept_over);
  }
  if (kind > static_cast<std::uint8_t>(Kind::stay)) return fail(ClientErrc::kept_invalid);
  HEARTH_TRY(host_, read_text(in, kHostSizeMax));
  HEARTH_TRY(name_, read_text(in, room::kDisplayNameSizeMax));
  HEARTH_TRY(greeting_, read_text(in, room::kGreetingSizeMax));
  if (!is_host(host_) || !room::check_display_name(name_)) return fail(ClientErrc::kept_invalid);
  HEARTH_TRY(const bool by_link, in.presence());
  if (by_link) {
    HEARTH_TRY(std::string text, read_text(in, kLinkMax));
    auto link = room::Link::parse(text);
    wipe(text.data(), text.size());
    if (!link) return fail(ClientErrc::kept_invalid);
    take_link(*std::move(link));
  }
  HEARTH_TRY(const std::size_t stays, read_count(in, kStaysMax));
  for (std::size_t i = 0; i < stays; ++i) {
    HEARTH_TRY((i == 0 ? stay_ : older_stay_), read_signature_key(in));
  }
  HEARTH_TRY(been_inside_, in.presence());
  HEARTH_TRY(admission_, room::decode_admission(in));
  stage_ = Stage::door;
  const bool outside = kind == static_cast<std::uint8_t>(Kind::door);
  bool known = true;
  if (outside) {
    HEARTH_TRY(known, in.presence());
  }
  if (known) {
    HEARTH_TRY(house_, House::resume(in));
  }
  // There is a way back, and it leads to this room.
  const bool way = link_ || (known && (stay_ || house_->staff));
  if (!way || (!known && stay_)) return fail(ClientErrc::kept_invalid);
  if (known && link_ && link_->room != house_->id) return fail(ClientErrc::kept_invalid);
  if (kind == static_cast<std::uint8_t>(Kind::stay)) {
    HEARTH_CHECK(resume_stay(in, version));
  } else if (!outside) {
    if (!house_->staff) return fail(ClientErrc::kept_invalid);
    stage_ = Stage::creating;
    founding_.emplace();
    founding_->admission = admission_;
  }
  resumed_ = true;
  return in.finish();
}

// Where the meeting was, and when that was.
Status Core::Model::resume_agenda(Reader& in) {
  HEARTH_TRY(const bool kept, in.presence());
  if (!kept) return {};
  HEARTH_TRY(const std::uint64_t at, in.u64());
  if (at > std::numeric_limits<std::uint32_t>::max()) return fail(ClientErrc::kept_invalid);
  HEARTH_TRY(const auto card, read_value<agenda::AgendaCard>(in, agenda::AgendaCard::kSizeMax));
  agenda_ = agenda::Agenda::resume(card, instant_from_unix(at));
  return {};
}

Status Core::Model::resume_stay(Reader& in, std::uint16_t version) {
  constexpr std::size_t kAnchorMax = 64;
  HEARTH_TRY(reader_, LogReader::resume(in, *house_));
  HEARTH_TRY(const room::Anchor durable, read_value<room::Anchor>(in, kAnchorMax));
  if (durable.seq > reader_->head().seq) return fail(ClientErrc::kept_invalid);
  chain_.emplace(house_->id, durable, reader_->head());
  HEARTH_TRY(outbox_, Outbox::resume(in, version > 1));
  HEARTH_TRY(const std::size_t sent, read_count(in, kSentMax));
  for (std::size_t i = 0; i < sent; ++i) {
    HEARTH_TRY(const room::Hash hash, in.array<crypto::kHashSize>());
    HEARTH_TRY(const Bytes16 key, in.array<16>());
    sent_before_.insert_or_assign(hash, key);
  }
  HEARTH_TRY(book_, InvitationBook::resume(in));
  HEARTH_TRY(bans_, BanList::resume(in));
  HEARTH_TRY(const bool door_due, in.presence());
  if (door_due) door_due_ = DoorDue{};
  if (version > 1) {
    HEARTH_CHECK(resume_agenda(in));
  }
  if (reader_->inside()) {
    stage_ = reader_->state().is_open() ? Stage::inside : Stage::closed;
    ages_.note(reader_->conversation()->roster(), now_);
  } else if (house_->staff) {
    stage_ = Stage::closed;
  }
  if (house_->staff && !reader_->founder()) {
    HEARTH_TRY(StayKeys founder, StayKeys::generate(name_, random_));
    reader_->set_founder(std::move(founder));
  }
  return {};
}

Status Core::Model::Answer::operator()(KeepStay&) {
  if (m.stage_ == Stage::ended) return fail(ClientErrc::not_now);
  m.keeping_ = true;
  m.keep_first();
  m.done(tag);
  return {};
}

Status Core::Model::Answer::operator()(ComeBack&) {
  if (!m.resumed_ || m.keeping_) return fail(ClientErrc::not_now);
  m.keeping_ = true;
  if (m.reader_ && m.reader_->inside()) {
    m.show(Entered{m.house_->title(), m.reader_->people(), true});
  }
  m.done(tag);
  m.connect_now();
  return {};
}

// What was sealed before and did not arrive is sealed again. A commit of ours that was pending is
// not in the log, and never will be.
void Core::Model::come_back() {
  if (!std::exchange(resumed_, false)) return;
  outbox_.unseal_all();
  if (Conversation* conversation = reader_->conversation()) conversation->discard_staged();
  const bool never_opened = house_->staff && reader_->ready() &&
                            reader_->state().generation() == 0 && !errands_.has<FoundErrand>();
  if (never_opened) errands_.add_first({FoundErrand{false, admission_}});
}

void Core::Model::on_copied() {
  show(StayCopied{});
  reader_->drop_group();
  regrouped_ = true;
  keep_first();
  if (!house_->staff) return knock_again();
  arrival_.reset();
  if (caught_up()) come_in();
}

}  // namespace hearth::client
