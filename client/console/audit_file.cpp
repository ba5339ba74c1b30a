// Writing the lines of an audit file, reading them again, and checking what they say.
#include "client/console/audit_file.h"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <set>

#include "client/console/json_face.h"
#include "client/console/spoken.h"
#include "client/core/audit.h"

namespace hearth::client {
namespace {

constexpr std::string_view kFirstLine = "hearth audit 1";
// The largest body in hexadecimal, and what stands before it.
constexpr std::size_t kLineMax = 2 * room::kBodySizeMax + 256;

std::string line_of(const AuditEntry& entry) {
  const room::LogRecord& record = entry.record;
  const Bytes* const body = record.body();
  return "entry " + std::to_string(record.seq.value) + " " + std::string(name_of(record.kind)) +
         " " + std::to_string(record.generation) + " " + to_hex(entry.h) + " " +
         (body ? to_hex(*body) : to_hex(record.body_hash())) + "\n";
}

// The fields of one line. What is wrong is remembered, and asked for once at the end.
class Words final {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view word() {
    if (ended_) return fail();
    const std::size_t end = rest_.find(' ');
    const std::string_view word = rest_.substr(0, end);
    ended_ = end == std::string_view::npos;
    rest_ = ended_ ? std::string_view{} : rest_.substr(end + 1);
    return word.empty() ? fail() : word;
  }
  std::uint64_t number(std::uint64_t max) {
    const std::string_view text = word();
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = ec == std::errc{} && end == text.data() + text.size();
    if (!whole || value > max || (text.size() > 1 && text.front() == '0')) fail();
    return value;
  }
  Bytes hex() {
    const std::string_view text = word();
    auto bytes = from_hex(text);
    if (!bytes || to_hex(*bytes) != text) {
      fail();
      return {};
    }
    return *std::move(bytes);
  }
  template <std::size_t N>
  ByteArray<N> hex() {
    const auto array = to_array<N>(hex());
    if (!array) fail();
    return array.value_or(ByteArray<N>{});
  }
  room::EntryKind kind() {
    using enum room::EntryKind;
    const std::string_view text = word();
    for (const room::EntryKind kind : {commit, proposal, app, control}) {
      if (name_of(kind) == text) return kind;
    }
    fail();
    return app;
  }
  bool good() const noexcept { return good_ && ended_; }

 private:
  std::string_view fail() noexcept {
    good_ = false;
    return {};
  }
  std::string_view rest_;
  bool ended_ = false;
  bool good_ = true;
};

AuditEntry entry_of(Words& words) {
  AuditEntry entry;
  entry.record.seq.value = words.number(UINT64_MAX);
  entry.record.kind = words.kind();
  entry.record.generation = static_cast<room::Generation>(words.number(UINT16_MAX));
  entry.h = words.hex<32>();
  // Content has no place here: only acts have a body.
  if (entry.record.kind == room::EntryKind::control) {
    entry.record.content = words.hex();
  } else {
    entry.record.content = words.hex<32>();
  }
  return entry;
}

// Reads the lines of one file, in order.
class Verifier final {
 public:
  explicit Verifier(std::istream& file) : file_(file) {}

  std::expected<AuditReport, AuditFault> run() {
    if (const auto read = read_all(); !read)
      return std::unexpected(AuditFault{line_, read.error()});
    report_.closing = closing();
    return std::move(report_);
  }

 private:
  using Read = std::expected<void, std::string_view>;
  static std::unexpected<std::string_view> wrong(std::string_view reason) {
    return std::unexpected<std::string_view>(reason);
  }

  Read next_line() {
    ++line_;
    text_.clear();
    for (int c; (c = file_.get()) != '\n'; text_.push_back(static_cast<char>(c))) {
      if (c == std::istream::traits_type::eof()) return wrong("line_missing");
      if (text_.size() == kLineMax) return wrong("line_too_long");
    }
    return {};
  }

  Read read_all() {
    HEARTH_CHECK(next_line());
    if (text_ != kFirstLine) return wrong("line_invalid");
    HEARTH_CHECK(read_room());
    for (;;) {
      HEARTH_CHECK(next_line());
      Words words(text_);
      const std::string_view first = words.word();
      if (first == "entry") {
        HEARTH_CHECK(read_entry(words));
      } else if (first == "from") {
        HEARTH_CHECK(read_start(words));
      } else if (first == "checkpoint") {
        HEARTH_CHECK(read_checkpoint(words));
        ++line_;
        return file_.peek() == std::istream::traits_type::eof() ? Read{} : wrong("line_invalid");
      } else {
        return wrong("line_invalid");
      }
    }
  }

  // The room, and the genesis that its id commits to.
  Read read_room() {
    HEARTH_CHECK(next_line());
    Words words(text_);
    const bool named = words.word() == "room";
    const room::RoomId room{words.hex<16>()};
    const room::Hash member_part = words.hex<32>();
    if (!named || !words.good()) return wrong("line_invalid");
    HEARTH_CHECK(next_line());
    Words line(text_);
    const bool is_entry = line.word() == "entry";
    const AuditEntry genesis = entry_of(line);
    const Bytes* const body = genesis.record.body();
    if (!is_entry || !line.good() || !body) return wrong("line_invalid");
    const auto server_part = room::decode_genesis(*body);
    if (!server_part) return wrong(server_part.error().name);
    auto audit = Audit::begin(room, member_part, *server_part);
    if (!audit) return wrong(audit.error().name);
    const bool same = genesis.record == room::LogRecord::of(room::genesis_entry(*server_part));
    if (!same || audit->head().h != genesis.h) return wrong("chain_broken");
    audit_ = *std::move(audit);
    room_ = to_hex(room.view());
    return {};
  }

  Read read_entry(Words& words) {
    const AuditEntry entry = entry_of(words);
    if (!words.good()) return wrong("line_invalid");
    const auto control = audit_->add(entry);
    if (!control) return wrong(control.error().name);
    if (!*control) return {};
    ++controls_;
    if ((*control)->role == room::SignerRole::member) return {};
    if ((*control)->role == room::SignerRole::staff) staff_.insert((*control)->signer);
    if ((*control)->op() == room::Op::state) return {};  // Says what is; it does nothing.
    report_.acts.push_back(line_of_act(entry.record.seq, **control));
    return {};
  }

  Read read_start(Words& words) {
    room::Anchor start;
    start.seq.value = words.number(UINT64_MAX);
    start.h = words.hex<32>();
    if (!words.good()) return wrong("line_invalid");
    if (const Status skipped = audit_->skip_to(start); !skipped) return wrong(skipped.error().name);
    from_ = start.seq.next();
    return {};
  }

  Read read_checkpoint(Words& words) {
    room::Checkpoint checkpoint;
    checkpoint.head.seq.value = words.number(UINT64_MAX);
    checkpoint.head.h = words.hex<32>();
    checkpoint.signature.bytes = words.hex<64>();
    if (!words.good()) return wrong("line_invalid");
    if (const Status holds = audit_->finish(checkpoint); !holds) return wrong(holds.error().name);
    return {};
  }

  std::string closing() const {
    std::string text = "This list holds: room " + room_ + ", ";
    text +=
        audit_->whole() ? "from its first entry" : "from entry " + std::to_string(from_.count());
    text += " to entry " + std::to_string(audit_->head().seq.count()) + ", " +
            counted(controls_, "signed act", "signed acts") + " of all, " +
            counted(report_.acts.size(), "line", "lines") + " above, by " +
            counted(staff_.size(), "staff key", "staff keys") +
            "; chain, signatures, counters, state and the server's checkpoint are in order.";
    if (!audit_->whole()) {
      text += " What was before is not in it: who is staff is taken from the state that begins it.";
    }
    return text;
  }

  std::istream& file_;
  std::size_t line_ = 0;
  std::string text_;
  std::optional<Audit> audit_;
  AuditReport report_;
  std::string room_;
  room::Seq from_;
  std::size_t controls_ = 0;
  std::set<room::PublicKey> staff_;
};

}  // namespace

std::string audit_text(const AuditList& list) {
  std::string text = std::string(kFirstLine) + "\nroom " + to_hex(list.room.view()) + " " +
                     to_hex(list.member_part) + "\n";
  const bool whole = list.start.seq == room::Seq{};
  if (!whole) {
    const auto genesis = room::LogRecord::of(room::genesis_entry(list.server_part));
    const room::Hash h = room::chain_step(list.room, {}, genesis.seq, genesis.kind,
                                          genesis.generation, genesis.body_hash());
    text += line_of(AuditEntry{genesis, h});
    text += "from " + std::to_string(list.start.seq.value) + " " + to_hex(list.start.h) + "\n";
  }
  for (const AuditEntry& entry : list.entries) text += line_of(entry);
  const room::Checkpoint& checkpoint = list.checkpoint;
  return text + "checkpoint " + std::to_string(checkpoint.head.seq.value) + " " +
         to_hex(checkpoint.head.h) + " " + to_hex(checkpoint.signature.view()) + "\n";
}

std::expected<AuditReport, AuditFault> verify_audit(std::istream& file) {
  return Verifier(file).run();
}

int audit_verify_main(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "hearth: %s cannot be read\n", neutral(path).c_str());
    return 2;
  }
  const auto report = verify_audit(file);
  if (!report) {
    std::fprintf(stderr, "hearth: %s\n", sentence_of(report.error()).c_str());
    return 1;
  }
  for (const std::string& act : report->acts) std::printf("%s\n", act.c_str());
  std::printf("%s\n", report->closing.c_str());
  return 0;
}

}  // namespace hearth::client
