// Making the safeguarding key, opening a report with it, asking the server about its tags.
#include "client/console/safeguard.h"

#include <chrono>
#include <cstdio>
#include <exception>

#include "client/console/input.h"
#include "client/console/spoken.h"
#include "client/console/words.h"
#include "protocol/crypto/random.h"
#include "protocol/room/report.h"
#include "protocol/room/text.h"
#include "protocol/session/client_session.h"
#include "protocol/wire/frame.h"

namespace hearth::client {
namespace {

using namespace std::chrono_literals;

constexpr int kUsage = 2;
constexpr auto kAnswerTimeMax = 20s;
constexpr std::size_t kQuestionsPerConnection = 10;  // More the server does not take in a minute.

using Answers = std::vector<bool>;

void say(const std::string& line) { std::printf("%s\n", line.c_str()); }

// Asks over a connection that stands. Leaves `answers` short where it breaks or the server stops.
Task<void> converse(WebSocket& socket, std::vector<wire::CheckTag> questions, Answers& answers) {
  session::ClientSession session(socket.channel_binding());
  wire::FrameAssembler assembler;
  for (;;) {
    for (const Bytes& record : session.take_records()) {
      for (const Bytes& frame : wire::frames_of(record)) {
        const auto written = co_await socket.write(frame);
        if (!written) co_return;
      }
    }
    if (answers.size() == questions.size()) co_return;
    const auto frame = co_await socket.read();
    if (!frame) co_return;
    auto record = assembler.on_frame(*frame);
    if (!record) co_return;
    if (!*record) continue;
    const auto event = session.on_record(**record);
    if (!event) co_return;
    if (std::holds_alternative<session::Greeted>(*event)) {
      for (const wire::CheckTag& question : questions) session.send(question);
    }
    const auto* const passed = std::get_if<session::Passed>(&*event);
    if (!passed) continue;
    const auto* const checked = std::get_if<wire::TagChecked>(&passed->message);
    if (!checked) co_return;
    answers.push_back(checked->valid);
  }
}

Task<void> ask(Address address, TrustPtr trust, std::vector<wire::CheckTag> questions,
               Answers& answers, std::string& trouble) {
  auto socket = co_await open_websocket(std::move(address), std::move(trust));
  if (!socket) {
    trouble = line_of(socket.error());
    co_return;
  }
  const auto executor = co_await asio::this_coro::executor;
  const std::size_t count = questions.size();
  co_await race(executor, converse(**socket, std::move(questions), answers),
                sleep_for(kAnswerTimeMax));
  if (answers.size() < count) trouble = line_of(Ending::lost);
  co_await (*socket)->close();
}

Task<std::optional<crypto::KemKeyPair>> ask_for_key(LineInput& input) {
  say("The safeguarding key (64 digits; it is not shown):");
  std::fflush(stdout);
  input.show_typing(false);
  auto line = co_await input.next();
  input.show_typing(true);
  if (!line) co_return std::nullopt;
  auto bytes = from_hex(line->text);
  wipe(line->text.data(), line->text.size());
  if (!bytes || bytes->size() != Secret32::kSize) co_return std::nullopt;
  crypto::KemKeyPair key;
  key.private_key = Secret32::from(*bytes);
  wipe(bytes->data(), bytes->size());
  auto public_key = crypto::kem_public_key(crypto::kDefaultSuite, key.private_key);
  if (!public_key) co_return std::nullopt;
  key.public_key = *std::move(public_key);
  co_return std::optional<crypto::KemKeyPair>(std::move(key));
}

Task<std::string> ask_for_text(LineInput& input) {
  say("The sealed report, as it was handed over; end with an empty line:");
  std::fflush(stdout);
  std::string text;
  for (;;) {
    const auto line = co_await input.next();
    // Of a line that is too long nothing is left; without it the report does not open.
    if (!line || (line->text.empty() && !line->too_long)) co_return text;
    text += line->text + '\n';
  }
}

void print(const room::Report& report, const std::vector<std::string>& verdicts) {
  say("The report opens. The reporter writes: " + isolated(report.reason));
  for (std::size_t i = 0; i < report.items.size(); ++i) {
    const room::ReportItem& item = report.items[i];
    const std::string_view words = text_of(item.payload.content);
    const bool text = item.payload.type == room::PayloadType::text && room::is_utf8(words);
    say(std::string(i == report.reported ? "REPORTED " : "near it  ") + verdicts[i] + ", place " +
        std::to_string(item.seq.value) + ", sender " + to_hex(item.sender.view()).substr(0, 16) +
        ": " + (text ? isolated(words) : std::string("(no text)")));
  }
}

Task<int> open(std::string host, bool tls, TrustPtr trust) {
  const auto executor = co_await asio::this_coro::executor;
  LineInput input(executor);
  const auto key = co_await ask_for_key(input);
  if (!key) {
    std::fprintf(stderr, "hearth: that is no safeguarding key\n");
    co_return kUsage;
  }
  const std::string text = co_await ask_for_text(input);
  const auto opened = room::open_report_text(text, *key);
  if (!opened) {
    std::fprintf(stderr, "hearth: this text does not open with this key\n");
    co_return kUsage;
  }
  const auto address = address_of(host, tls);
  if (!address) {
    std::fprintf(stderr, "hearth: %s\n", address.error().c_str());
    co_return kUsage;
  }

  const std::vector<room::ReportItem>& items = opened->report.items;
  std::vector<std::string> verdicts(items.size(), "NOT VERIFIED (no tag)");
  std::vector<std::size_t> asked;
  std::vector<wire::CheckTag> questions;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].check_commitment(opened->room)) {
      verdicts[i] = "NOT VERIFIED (not the words that were sent)";
    } else if (items[i].tag) {
      verdicts[i] = "NOT VERIFIED (the server has not answered)";
      asked.push_back(i);
      questions.push_back({opened->room, items[i].seq, items[i].body_hash, items[i].commitment,
                           room::handle_of(opened->room, items[i].sender), *items[i].tag});
    }
  }
  for (std::size_t begin = 0; begin < questions.size(); begin += kQuestionsPerConnection) {
    const std::size_t end = std::min(begin + kQuestionsPerConnection, questions.size());
    Answers answers;
    std::string trouble;
    std::vector<wire::CheckTag> some(questions.begin() + static_cast<std::ptrdiff_t>(begin),
                                     questions.begin() + static_cast<std::ptrdiff_t>(end));
    co_await ask(*address, trust, std::move(some), answers, trouble);
    if (!trouble.empty()) say(trouble);
    for (std::size_t i = 0; i < answers.size() && begin + i < end; ++i) {
      verdicts[asked[begin + i]] =
          answers[i] ? "verified" : "NOT VERIFIED (the server does not know it)";
    }
  }
  print(opened->report, verdicts);
  co_return 0;
}

}  // namespace

int safeguard_keygen() {
  crypto::SystemRandom random;
  const auto key = crypto::kem_generate(crypto::kDefaultSuite, random);
  if (!key) return 1;
  std::string secret = to_hex(key->private_key.view());
  say("The safeguarding key. Keep it outside of any room; whoever has it opens reports:");
  say(secret);
  wipe(secret.data(), secret.size());
  say("Its public half, for founding a room (--safeguarding):");
  say(to_hex(key->public_key));
  return 0;
}

int safeguard_open(const std::string& host, bool tls, TrustPtr trust) {
  asio::io_context context(1);
  int code = 1;
  std::exception_ptr failure;
  asio::co_spawn(context, open(host, tls, std::move(trust)),
                 [&](std::exception_ptr ended, int result) {
                   failure = ended;
                   code = result;
                 });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return code;
}

}  // namespace hearth::client
