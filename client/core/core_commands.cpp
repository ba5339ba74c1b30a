// What the user asks: the stay, talk, questions.
#include <algorithm>

#include "client/core/answer.h"
#include "protocol/room/knock.h"
#include "protocol/room/text.h"

namespace hearth::client {
namespace {

constexpr std::size_t kTextSizeMax = 16'000;  // Fits a bucket with all that is around it.

}  // namespace

bool is_host(std::string_view host) noexcept {
  return !host.empty() && host.size() <= kHostSizeMax && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  });
}

// --- Beginning ---

Status Core::Model::Answer::operator()(CreateRoom& asked) {
  if (m.stage_ != Stage::idle) return fail(ClientErrc::not_now);
  if (!is_host(asked.host)) return fail(ClientErrc::host_invalid);
  if (!room::check_display_name(asked.name)) return fail(ClientErrc::name_invalid);
  m.host_ = asked.host;
  m.name_ = asked.name;
  m.founding_ = std::move(asked);
  m.founding_tag_ = tag;
  m.stage_ = Stage::creating;
  m.connect_now();
  return {};
}

Status Core::Model::Answer::operator()(KnockAtDoor& asked) {
  const bool looked = m.stage_ == Stage::door && m.looking_ && !asked.look_only;
  if (m.stage_ != Stage::idle && !looked) return fail(ClientErrc::not_now);
  if (!room::check_display_name(asked.name)) return fail(ClientErrc::name_invalid);
  if (asked.greeting.size() > room::kGreetingSizeMax || !room::is_utf8(asked.greeting)) {
    return fail(ClientErrc::text_invalid);
  }
  HEARTH_TRY(room::Link link, room::Link::parse(asked.link));
  if (looked && link.room != m.link_->room) return fail(ClientErrc::not_now);
  if (!is_host(link.host)) return fail(ClientErrc::host_invalid);
  m.host_ = link.host;
  m.name_ = std::move(asked.name);
  m.greeting_ = std::move(asked.greeting);
  m.take_link(std::move(link));
  m.knock_tag_ = tag;
  m.looking_ = asked.look_only;
  m.stage_ = Stage::door;
  if (looked) {
    m.knock();
  } else {
    m.connect_now();
  }
  return {};
}

// --- Talk, ends and new beginnings ---

Status Core::Model::Answer::operator()(Say& asked) {
  if (!m.been_inside_ || m.stage_ == Stage::closed || m.stage_ == Stage::ended) {
    return fail(ClientErrc::not_inside);
  }
  if (asked.text.empty() || asked.text.size() > kTextSizeMax || !room::is_utf8(asked.text)) {
    return fail(ClientErrc::text_invalid);
  }
  if (asked.text == "+" && m.lead_offered_) return act(room::LeadOp{*m.lead_offered_});
  if (auto word = floor_word(asked.text)) return own(*std::move(word));
  return m.outbox_.say(std::move(asked.text), tag, m.random_);
}

Status Core::Model::Answer::operator()(Nudge& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, other(asked.who));
  return m.nudge(handle, asked.text, tag);
}

Status Core::Model::Answer::operator()(LobbyLine& asked) {
  if (asked.slot) HEARTH_CHECK(staff());
  return m.write_line(asked.slot, asked.text, tag);
}

Status Core::Model::Answer::operator()(ReportMessage& asked) {
  return m.report(asked.seq, std::move(asked.reason), tag);
}

Status Core::Model::Answer::operator()(Leave&) {
  if (m.stage_ == Stage::idle || m.stage_ == Stage::ended) return fail(ClientErrc::not_now);
  if (!m.reader_ || !m.reader_->inside()) {
    m.send(wire::Bye{});
    m.end("left");
    return {};
  }
  m.leaving_ = true;
  return add({LeaveErrand{}});
}

Status Core::Model::Answer::operator()(CloseRoom&) { return act(room::CloseOp{}); }

Status Core::Model::Answer::operator()(OpenRoom& asked) {
  HEARTH_CHECK(staff());
  return add({FoundErrand{false, asked.admission}});
}

Status Core::Model::Answer::operator()(RebuildGroup& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(read());
  FoundErrand found{true, m.reader_->state().admission()};
  for (const std::string& who : asked.without) {
    HEARTH_CHECK(inside());
    HEARTH_TRY(const room::Handle handle, guest_of(who));
    found.dropped.push_back(handle);
  }
  return add({std::move(found)});
}

Status Core::Model::Answer::operator()(GoOffline&) {
  m.offline_ = true;
  m.connect_at_.reset();
  m.drop_session();
  m.done(tag);
  return {};
}

Status Core::Model::Answer::operator()(GoOnline&) {
  if (m.stage_ == Stage::idle || m.stage_ == Stage::ended) return fail(ClientErrc::not_now);
  m.offline_ = false;
  m.introduction_ = 0;
  if (!m.session_ && !m.connecting_) m.connect_now();
  m.done(tag);
  return {};
}

Status Core::Model::Answer::operator()(Quit&) {
  m.send(wire::Bye{});
  m.done(tag);
  m.end("quit");
  return {};
}

// --- Questions ---

Status Core::Model::Answer::operator()(AskSafetyCode&) {
  HEARTH_CHECK(inside());
  const auto& codes = m.reader_->codes();
  m.show(SafetyCodes{{codes.begin(), codes.end()}}, tag);
  return {};
}

Status Core::Model::Answer::operator()(AskMembers&) {
  HEARTH_CHECK(inside());
  m.show(Members{m.reader_->people()}, tag);
  return {};
}

Status Core::Model::Answer::operator()(AskStatus&) {
  m.show(m.status(), tag);
  return {};
}

Status Core::Model::Answer::operator()(AskEntries&) {
  m.show(Entries{m.reader_ ? m.reader_->entries() : std::vector<SeenEntry>{}}, tag);
  return {};
}

Status Core::Model::Answer::operator()(ExportAudit& asked) {
  HEARTH_CHECK(read());
  if (m.audit_asked_) return fail(ClientErrc::not_now);
  m.audit_asked_ = AuditAsked{std::move(asked.path), tag};
  if (m.caught_up()) m.send(wire::GetCheckpoint{});  // Else as soon as we are.
  return {};
}

Status Core::Model::Answer::operator()(OpenRaw& asked) {
  RawOpened answer{false, "no_group"};
  if (asked.entry.kind == room::EntryKind::control) {
    answer.reason = "not_sealed";  // Anybody can read it.
  } else if (m.reader_ && m.reader_->conversation()) {
    const auto opening = m.reader_->conversation()->open(asked.entry);
    answer.opened = opening.has_value();
    answer.reason = opening ? std::string_view{} : opening.error().name;
  }
  m.show(answer, tag);
  return {};
}

// --- What a command needs ---

Status Core::Model::Answer::staff() const {
  if (!m.house_ || !m.house_->staff || m.founding_) return fail(ClientErrc::not_staff);
  if (m.stage_ == Stage::ended) return fail(ClientErrc::not_now);
  return {};
}

Status Core::Model::Answer::read() const {
  if (!m.reader_ || !m.reader_->ready()) return fail(ClientErrc::not_now);
  return {};
}

Status Core::Model::Answer::inside() const {
  if (!m.reader_ || !m.reader_->inside()) return fail(ClientErrc::not_inside);
  return {};
}

Status Core::Model::Answer::add(Errand errand) {
  if (m.errands_.full()) return fail(ClientErrc::too_much_unsent);
  errand.tag = tag;
  m.errands_.add(std::move(errand));
  return {};
}

void Core::Model::command(Command command) {
  Answer answer{*this, command.tag};
  const Status status = std::visit(answer, command.body);
  if (!status) refuse(status.error(), command.tag);
}

StatusReport Core::Model::status() const {
  StatusReport report;
  report.stage = name_of(stage_);
  report.connected = session_.has_value();
  report.waiting = admitter_.waiting();
  report.unsent = outbox_.texts();
  if (house_) {
    report.room = house_->id;
    report.title = house_->title();
    report.staff = house_->staff.has_value();
  }
  if (!reader_ || !reader_->ready()) return report;
  const meeting::RoomState& state = reader_->state();
  report.open = state.is_open();
  report.paused = state.paused();
  report.locked = state.locked();
  report.admission = state.admission();
  report.generation = state.generation();
  report.head = reader_->head();
  report.members = reader_->people().size();
  if (const Conversation* conversation = reader_->conversation()) {
    report.epoch = conversation->epoch();
  }
  return report;
}

}  // namespace hearth::client
