// Seeing a kick pass, from outside.
#include "tests/crash/doom.h"

#include <csignal>
#include <cstdlib>

#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protocol/room/control.h"
#include "protocol/wire/message.h"

namespace hearth::tests {
namespace {

// No other Append of the crash test is as large as a kick.
constexpr std::size_t kKickBytesMin = 1024;

std::string said(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

int on_profile(unsigned type, void*, void* statement, void*) {
  if (type != SQLITE_TRACE_PROFILE) return 0;
  const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
  if (sql) Doom::of_this_process().on_statement(sql);
  return 0;
}

int on_open(sqlite3* database, char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, on_profile, nullptr);
}

const room::RemoveOp* removal_in(const room::LogRecord& record,
                                 std::optional<room::Control>& control) {
  if (record.kind != room::EntryKind::control || !record.body()) return nullptr;
  if (auto act = room::peek_control(*record.body())) control = *std::move(act);
  return control ? std::get_if<room::RemoveOp>(&control->args) : nullptr;
}

bool is_removal(const room::LogRecord& record) {
  std::optional<room::Control> control;
  const room::RemoveOp* op = removal_in(record, control);
  return op && !op->handles.empty();
}

}  // namespace

Doom& Doom::of_this_process() {
  static Doom doom;
  return doom;
}

Doom::Doom()
    : die_at_(said("HEARTH_TEST_DIE_AT")),
      armed_file_(said("HEARTH_TEST_ARMED")),
      dice_(std::strtoull(said("HEARTH_TEST_SEED").c_str(), nullptr, 10)) {
  disk_.doom = this;
  disk_.lies = said("HEARTH_TEST_DISK") == "lying";
}

bool Doom::watch_statements() {
  return sqlite3_auto_extension(reinterpret_cast<void (*)()>(on_open)) == SQLITE_OK;
}

bool Doom::armed() const { return !die_at_.empty() && ::access(armed_file_.c_str(), F_OK) == 0; }

void Doom::reached(std::string_view step) {
  if (step == die_at_ && armed()) ::kill(::getpid(), SIGKILL);
}

void Doom::reached(std::string_view step, unsigned count) {
  reached(std::string(step) + std::to_string(count));
}

// --- Sockets ------------------------------------------------------------------------------------

// The length stands in the header of the one WebSocket frame that it comes in (RFC 6455 §5.2).
void Doom::on_received(int socket, const unsigned char* bytes, std::size_t size) {
  if (rows_ > 0 || !armed()) return;
  if (receiving_on_ == socket && to_receive_ > 0) {
    to_receive_ -= std::min(to_receive_, size);
  } else {
    constexpr std::size_t kHeader = 8;  // With a length of 16 bits and the mask.
    if (size < kHeader || bytes[0] != 0x82 || (bytes[1] & 0x7f) != 126) return;
    const std::size_t length = std::size_t{bytes[2]} << 8 | bytes[3];
    if (length < kKickBytesMin) return;
    receiving_on_ = socket;
    to_receive_ = kHeader + length - std::min(kHeader + length, size);
  }
  reached(to_receive_ > 0 ? "received_part" : "received");
}

void Doom::before_send(const unsigned char* bytes, std::size_t size) {
  sending_ = Word::none;
  if (!durable_ || size < 4 || bytes[0] != 0x82) return;
  const std::size_t header = bytes[1] == 127 ? 10 : bytes[1] == 126 ? 4 : 2;
  if (size <= header + 1 || bytes[header] != 0) return;  // Not a whole record.
  const auto message = wire::decode_server_message({bytes + header + 1, size - header - 1});
  if (!message) return;
  if (std::holds_alternative<wire::Appended>(*message)) sending_ = Word::answer;
  if (const auto* entry = std::get_if<wire::EntryRecord>(&*message)) {
    if (entry->record.kind == room::EntryKind::commit) sending_ = Word::commit;
    if (is_removal(entry->record)) sending_ = Word::removal;
  }
  if (const auto* goodbye = std::get_if<wire::Goodbye>(&*message))
    if (goodbye->reason == wire::GoodbyeReason::removed) sending_ = Word::goodbye;
  if (sending_ == Word::answer) reached("answer_untold");
  if (sending_ == Word::commit && commits_told_ == 0) reached("commit_untold");
  if (sending_ == Word::removal && removals_told_ == 0) reached("removal_untold");
  if (sending_ == Word::goodbye) reached("goodbye_untold");
}

void Doom::after_send() {
  switch (std::exchange(sending_, Word::none)) {
    case Word::none: return;
    case Word::answer: return reached("answer_told");
    case Word::commit: return reached("commit_told_", ++commits_told_);
    case Word::removal: return reached("removal_told_", ++removals_told_);
    case Word::goodbye: return reached("goodbye_told");
  }
}

// --- The log ------------------------------------------------------------------------------------

void Doom::on_judged(std::size_t rows) {
  if (!armed()) return;
  rows_ = rows;
  reached("judged");
}

void Doom::on_statement(std::string_view sql) {
  const std::size_t rows = rows_;
  if (rows == 0 || durable_) return;
  if (sql.starts_with("BEGIN")) reached("begun");
  if (sql.starts_with("SAVEPOINT")) reached("saved");
  if (sql.starts_with("INSERT INTO entries")) {
    ++inserted_;
    disk_.ours = inserted_ == rows;
    if (inserted_ + 1 == rows) reached("commit_inserted");
    if (inserted_ == rows) reached("removal_inserted");
  }
  if (inserted_ < rows) return;
  if (sql.starts_with("INSERT OR REPLACE INTO appended")) reached("answer_inserted");
  if (sql.starts_with("RELEASE")) reached("released");
  if (sql.starts_with("COMMIT")) reached("committed");
}

void Doom::on_durable() {
  if (rows_ == 0) return;
  reached("durable");
  durable_ = true;
}

// --- The disk -----------------------------------------------------------------------------------

void Doom::KickDisk::sync_begins(std::size_t writes) {
  if (!ours) return;
  doom->reached("sync_untold");
  part = doom->die_at_ == "sync_part" && doom->armed();
  torn = writes == 0 ? 0 : static_cast<std::size_t>(doom->dice_() % writes);
  percent = static_cast<unsigned>(doom->dice_() % 5) * 25;
}

Disk::Reach Doom::KickDisk::reach(std::size_t write) {
  if (ours && lies) return Reach::none;
  if (!ours || !part) return Reach::whole;
  if (write == torn && percent < 100) return Reach::half;
  return doom->dice_() % 100 < percent ? Reach::whole : Reach::none;
}

void Doom::KickDisk::sync_ended() {
  if (!std::exchange(ours, false)) return;
  doom->reached("sync_part");
  doom->reached("synced");
}

void KickLog::commit(server::LogBatch batch, Done done) {
  Doom& doom = Doom::of_this_process();
  if (batch.rows.empty() || !is_removal(batch.rows.back().record)) {
    return ForwardingLog::commit(std::move(batch), std::move(done));
  }
  doom.on_judged(batch.rows.size());
  if (!torn_) {
    return ForwardingLog::commit(std::move(batch),
                                 [&doom, done = std::move(done)](Status status) mutable {
                                   doom.on_durable();
                                   done(status);
                                 });
  }
  server::LogBatch first;
  first.room = batch.room;
  first.now = batch.now;
  first.rows.assign(batch.rows.begin(), batch.rows.end() - 1);
  batch.rows.erase(batch.rows.begin(), batch.rows.end() - 1);
  ForwardingLog::commit(std::move(first), [this, &doom, rest = std::move(batch),
                                           done = std::move(done)](Status) mutable {
    doom.on_durable();
    ForwardingLog::commit(std::move(rest), std::move(done));
  });
}

}  // namespace hearth::tests

// --- What hearthd-test calls in place of libc's
// ---------------------------------------------------

extern "C" {

ssize_t recv(int socket, void* target, size_t size, int flags) {
  const auto got = ::syscall(SYS_recvfrom, socket, target, size, flags, nullptr, nullptr);
  if (got > 0)
    hearth::tests::Doom::of_this_process().on_received(
        socket, static_cast<const unsigned char*>(target), static_cast<std::size_t>(got));
  return got;
}

ssize_t recvmsg(int socket, msghdr* message, int flags) {
  const auto got = ::syscall(SYS_recvmsg, socket, message, flags);
  if (got > 0 && message->msg_iovlen > 0)
    hearth::tests::Doom::of_this_process().on_received(
        socket, static_cast<const unsigned char*>(message->msg_iov[0].iov_base),
        static_cast<std::size_t>(got));
  return got;
}

ssize_t send(int socket, const void* source, size_t size, int flags) {
  auto& doom = hearth::tests::Doom::of_this_process();
  doom.before_send(static_cast<const unsigned char*>(source), size);
  const auto sent = ::syscall(SYS_sendto, socket, source, size, flags, nullptr, 0);
  if (sent > 0) doom.after_send();
  return sent;
}

ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  auto& doom = hearth::tests::Doom::of_this_process();
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i < message->msg_iovlen; ++i) {
    const auto* part = static_cast<const unsigned char*>(message->msg_iov[i].iov_base);
    bytes.insert(bytes.end(), part, part + message->msg_iov[i].iov_len);
  }
  doom.before_send(bytes.data(), bytes.size());
  const auto sent = ::syscall(SYS_sendmsg, socket, message, flags);
  if (sent > 0) doom.after_send();
  return sent;
}

}  // extern "C"
