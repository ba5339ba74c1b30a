// The rules of the text, as tables and plain searches.
#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <ostream>
#include <set>

namespace hearth::tidy {
namespace {

constexpr std::size_t kLineCharactersMax = 100;
constexpr std::size_t kFileLinesMax = 600;

// Files below `from` may not include what begins with `to`, except those below one of `homes`.
struct Arrow {
  std::string_view from;
  std::string_view to;  // With its first quote or bracket: "server/ is ours, <boost/ is not.
  std::array<std::string_view, 4> homes;
  std::string_view reason;
};

constexpr std::string_view kLower = "protocol knows neither server nor client";
constexpr std::string_view kApart = "client and server never include each other";
constexpr std::string_view kBlind = "the server cannot hold a group secret, even by mistake";
constexpr std::string_view kPure = "the shared core has no threads, files, sockets or clocks";
constexpr std::string_view kOneHome = "each outside library has one home";
constexpr std::string_view kTls = "OpenSSL serves two cipher suites and the two ends of TLS";

constexpr Arrow kArrows[] = {
    {"", "\"tests/", {"tests/"}, "nobody includes tests"},
    {"protocol/", "\"server/", {}, kLower},
    {"protocol/", "\"client/", {}, kLower},
    {"server/", "\"client/", {}, kApart},
    {"client/", "\"server/", {}, kApart},
    {"client/core/", "\"client/console/", {}, "the core knows no face"},
    {"client/core/", "\"client/vault/", {}, "the core touches no file"},
    {"client/agenda/", "\"client/core/", {}, "an agenda knows no stay"},
    {"client/agenda/", "\"client/console/", {}, "an agenda knows no face"},
    {"server/", "\"protocol/mls/", {}, kBlind},
    {"server/rooms/", "\"server/transport/", {}, "rooms hand frames to an interface of their own"},
    {"server/rooms/", "\"server/log/sqlite/", {}, "rooms know the log by its port"},
    {"server/rooms/", "\"server/log/memory/", {}, "rooms know the log by its port"},
    {"", "<boost/beast", {"server/transport/", "client/console/", "tests/"}, kOneHome},
    {"", "<sodium", {"protocol/crypto/", "tests/"}, kOneHome},
    {"",
     "<openssl/",
     {"protocol/crypto/openssl/", "server/transport/", "client/console/", "tests/"},
     kTls},
    {"", "<sqlite3", {"server/log/sqlite/", "tests/"}, kOneHome},
    {"", "<qrencode", {"client/console/", "tests/"}, kOneHome},
    {"", "<unicode/", {"client/console/", "tests/"}, kOneHome},
};

constexpr std::string_view kPureFolders[] = {"protocol/", "client/agenda/", "client/core/"};

constexpr std::string_view kImpureHeaders[] = {
    "<boost/",  "<thread",     "<mutex",   "<shared_mutex", "<condition_variable",
    "<future",  "<filesystem", "<fstream", "<iostream",     "<format",
    "<print",   "<random",     "<unistd",  "<sys/",         "<netinet/",
    "<pthread", "<ctime",      "<time.h",  "<stop_token",   "<coroutine"};

// Words of code with which a sentence does not begin; a comment that also ends like code is code.
constexpr std::string_view kCodeBeginnings[] = {
    "return ", "return;", "if (",    "} else", "for (",     "while (",  "switch (", "case ",
    "auto ",   "const ",  "static ", "std::",  "#",         "EXPECT_",  "ASSERT_",  "break;",
    "int ",    "void ",   "bool ",   "using ", "co_await ", "co_return"};

bool below(std::string_view path, std::string_view folder) { return path.starts_with(folder); }

bool is_cpp(std::string_view path) { return path.ends_with(".h") || path.ends_with(".cpp"); }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(' ') - begin + 1);
}

// What an #include names, with its opening quote or bracket; empty for every other line.
std::string_view included(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("#include")) return {};
  return trimmed(line.substr(std::string_view{"#include"}.size()));
}

// Characters, not bytes: a byte of the form 10xxxxxx continues the character before it.
std::size_t characters(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool looks_like_code(std::string_view comment) {
  // Drawings and quoted structures are set in further than one blank.
  if (!comment.starts_with("// ") || comment.starts_with("//  ")) return false;
  comment = trimmed(comment.substr(2));
  const bool ends_like_code = comment.ends_with(';') || comment.ends_with('{') || comment == "}";
  return ends_like_code && (comment == "}" || comment.ends_with(");") ||
                            std::ranges::any_of(kCodeBeginnings, [&](std::string_view word) {
                              return comment.starts_with(word);
                            }));
}

// A note to oneself must carry a kind, as in TODO(soon).
constexpr std::string_view kTodo = "TODO";
constexpr std::string_view kUnfinished[] = {"FIXME", "XXX:", "HACK:"};

}  // namespace

void PrintTo(const Violation& violation, std::ostream* out) {
  *out << violation.path << ':' << violation.line << ": " << violation.reason;
}

std::vector<Violation> wrong_arrows(const Source& source) {
  std::vector<Violation> found;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(source.text)) {
    ++number;
    const std::string_view target = included(line);
    if (target.empty()) continue;
    const auto report = [&](std::string_view reason) {
      found.push_back({source.path, number, std::string{target} + ": " + std::string{reason}});
    };
    if (target.starts_with("\".")) report("includes are written from the root");
    for (const Arrow& arrow : kArrows) {
      if (!below(source.path, arrow.from) || !target.starts_with(arrow.to)) continue;
      const bool at_home = std::ranges::any_of(arrow.homes, [&](std::string_view home) {
        return !home.empty() && below(source.path, home);
      });
      if (!at_home) report(arrow.reason);
    }
    const bool pure = std::ranges::any_of(
        kPureFolders, [&](std::string_view folder) { return below(source.path, folder); });
    if (pure && std::ranges::any_of(kImpureHeaders, [&](std::string_view header) {
          return target.starts_with(header);
        })) {
      report(kPure);
    }
  }
  return found;
}

std::vector<Violation> bad_layout(const Source& source) {
  std::vector<Violation> found;
  const std::vector<std::string_view> lines = lines_of(source.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (characters(line) > kLineCharactersMax) found.push_back({source.path, i + 1, "long line"});
    if (line.contains('\t')) found.push_back({source.path, i + 1, "tab"});
    if (line.ends_with(' ')) found.push_back({source.path, i + 1, "blank at the end"});
  }
  if (!source.text.ends_with('\n')) found.push_back({source.path, lines.size(), "no last newline"});
  if (is_cpp(source.path) && lines.size() > kFileLinesMax) {
    found.push_back({source.path, lines.size(), "more than one thought: split the file"});
  }
  return found;
}

std::vector<Violation> bad_opening(const Source& source) {
  std::vector<Violation> found;
  const std::vector<std::string_view> lines = lines_of(source.text);
  if (lines.empty() || !lines.front().starts_with("// ")) {
    found.push_back({source.path, 1, "the first line does not say what the file is"});
  }
  if (source.path.ends_with(".h") && std::ranges::count(lines, "#pragma once") != 1) {
    found.push_back({source.path, 1, "no #pragma once"});
  }
  return found;
}

std::vector<Violation> leftovers(const Source& source) {
  std::vector<Violation> found;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(source.text)) {
    ++number;
    const auto report = [&](std::string reason) {
      found.push_back({source.path, number, std::move(reason)});
    };
    if (is_cpp(source.path)) {
      if (looks_like_code(trimmed(line))) report("commented-out code");
      if (trimmed(line) == "#if 0") report("disabled code");
    }
    const std::size_t todo = line.find(kTodo);
    if (todo != std::string_view::npos && !line.substr(todo + kTodo.size()).starts_with('(')) {
      report("a note without a kind");
    }
    for (const std::string_view word : kUnfinished) {
      if (line.contains(word)) report("unfinished: " + std::string{word});
    }
  }
  return found;
}

std::vector<Violation> beast_at_large(const std::vector<Source>& sources) {
  std::vector<Violation> found;
  std::set<std::string_view> homes_taken;
  for (const Source& source : sources) {
    if (below(source.path, "tests/")) continue;
    const std::vector<std::string_view> lines = lines_of(source.text);
    const auto first = std::ranges::find_if(
        lines, [](std::string_view line) { return included(line).starts_with("<boost/beast"); });
    if (first == lines.end()) continue;
    const auto number = static_cast<std::size_t>(first - lines.begin()) + 1;
    const std::string_view path = source.path;
    if (path.ends_with(".h")) {
      found.push_back({source.path, number, "Beast in a header reaches every file"});
    } else if (!homes_taken.insert(path.substr(0, path.rfind('/'))).second) {
      found.push_back({source.path, number, "Beast in a second file of one folder"});
    }
  }
  return found;
}

}  // namespace hearth::tidy
