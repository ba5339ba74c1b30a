// What can be seen from outside, and what must hold for everybody inside.
#include "tests/scenarios/stage.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <elf.h>
#include <sys/wait.h>

namespace hearth::test {
namespace {

using json::Value;
namespace fs = std::filesystem;

constexpr const char* kOwnLine = "A spare sentence by whoever plays this meeting, number ";

Bytes content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  Bytes content(file ? static_cast<std::size_t>(file.tellg()) : 0);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

Bytes part_of(std::ifstream& file, std::uint64_t offset, std::uint64_t size) {
  constexpr std::uint64_t kLargest = 64u << 20;
  Bytes part(std::min(size, kLargest));
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(part.data()), static_cast<std::streamsize>(part.size()));
  if (!file || size > kLargest) throw PlayFailed("a program that cannot be read");
  return part;
}

// The words in a program: its read-only data, as the rest of the file is large and holds none. Of
// a script all of it.
Bytes words_of(const fs::path& program) {
  std::ifstream file(program, std::ios::binary);
  const auto read = [&]<class T>(T into, std::uint64_t offset) {
    std::memcpy(&into, part_of(file, offset, sizeof(T)).data(), sizeof(T));
    return into;
  };
  if (read(std::array<char, 2>{}, 0) == std::array{'#', '!'}) return content_of(program);
  const auto header = read(Elf64_Ehdr{}, 0);
  const auto section = [&](std::uint64_t number) {
    return read(Elf64_Shdr{}, header.e_shoff + number * sizeof(Elf64_Shdr));
  };
  const auto names = section(header.e_shstrndx);
  for (std::uint64_t number = 0; number < header.e_shnum; ++number) {
    const auto found = section(number);
    const auto name = read(std::array<char, 8>{}, names.sh_offset + found.sh_name);
    if (name == std::array{'.', 'r', 'o', 'd', 'a', 't', 'a', '\0'}) {
      return part_of(file, found.sh_offset, found.sh_size);
    }
  }
  throw PlayFailed("a program without words: " + program.string());
}

std::uint64_t number_of(const Value& event, std::string_view key) {
  const Value* const number = event.find(key);
  return number && number->is_u64() ? number->as_u64() : 0;
}

// What PROGRAM says, and its exit code.
std::pair<std::string, int> run(const std::string& command) {
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) throw PlayFailed("no program can be started");
  std::string out;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    out.append(part.data(), size);
  }
  const int status = pclose(pipe);
  return {out, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

std::size_t count_of(const std::string& text, const std::string& words) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(words, at)) != std::string::npos; at += words.size()) {
    ++count;
  }
  return count;
}

}  // namespace

Stage::Stage(StageOptions options, const std::vector<ScenarioLine>& said, const std::string& plan)
    : options_(std::move(options)),
      server_(options_.server, folder_.path()),
      cast_(options_.client, options_.patience) {
  for (const ScenarioLine& line : said) {
    needles_.add(line.who);
    if (!line.text.empty()) needles_.add(line.text);
  }
  needles_.add(kOwnLine);
  std::ofstream(plan_) << plan;
  if (!server_.start()) throw PlayFailed("the server does not start: " + server_.trace());
  for (const fs::path& path : kept_by_server()) forget(content_of(path));
}

// What a server holds before anybody has come says nothing.
void Stage::forget(ByteView held) {
  const std::size_t all = needles_.size();
  if (needles_.forget_found_in(held) * 10 > all) {
    throw PlayFailed("the words of this scenario are the server's own");
  }
}

std::vector<std::string> Stage::present() const {
  std::vector<std::string> names;
  for (const std::string& name : members()) {
    if (!people_.at(name).away) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Stage::members() const {
  std::vector<std::string> names;
  for (const std::string& name : cast_.names()) {
    if (people_.at(name).inside) names.push_back(name);
  }
  return names;
}

Marks Stage::marks() const {
  Marks marks;
  for (const std::string& name : cast_.names()) marks[name] = cast_.events(name).size();
  return marks;
}

std::string Stage::own_line() { return kOwnLine + std::to_string(++own_lines_) + "."; }

std::vector<std::string> Stage::screen(const std::string& name) const {
  std::map<std::uint64_t, std::string> heard;
  std::map<std::uint64_t, bool> erased;
  for (const Value& event : cast_.events(name)) {
    if (is_event(event, "message")) {
      heard[number_of(event, "seq")] = text_of(event, "text");
    } else if (is_event(event, "erased")) {
      for (const Value& seq : event.find("seqs")->as_array()) {
        erased[seq.as_u64()] = !event.find("undone")->as_bool();
      }
    }
  }
  std::vector<std::string> lines;
  for (const auto& [seq, text] : heard) {
    if (!erased[seq]) lines.push_back(text);
  }
  return lines;
}

std::vector<Value> Stage::sealed_after(std::uint64_t seq) const {
  std::vector<Value> found;
  for (const Value& event : cast_.events(lead_)) {
    if (is_event(event, "sealed_entry") && text_of(event, "kind") == "app" &&
        number_of(event, "seq") > seq && event.find("body")) {
      found.push_back(event);
    }
  }
  return found;
}

bool Stage::opens(const std::string& who, const Value& sealed) {
  Value open = command("open_raw");
  for (const char* key : {"seq", "kind", "generation", "body"}) open.set(key, *sealed.find(key));
  const Value answer = cast_.ask(who, open);
  if (text_of(answer, "reason") == "no_group") {
    throw PlayFailed(who + " holds no keys at all: it shows nothing");
  }
  options_.say("     (" + who + " is handed entry " + std::to_string(number_of(sealed, "seq")) +
               " sealed: " +
               (answer.find("opened")->as_bool() ? "opened" : text_of(answer, "reason")) + ")");
  return answer.find("opened")->as_bool();
}

std::vector<fs::path> Stage::kept_by_server() const {
  std::vector<fs::path> paths{folder_.path() / "trace"};
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path() / "data")) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  return paths;
}

std::optional<std::string> Stage::search_server() {
  // The name of the lead and one line spoken, left where they must not be, have to be found.
  const fs::path planted = folder_.path() / "data" / "planted";
  for (const std::string& piece : {lead_, std::string(kOwnLine)}) {
    std::ofstream(planted, std::ios::binary) << "....." << piece << ".....";
    if (needles_.find_in(content_of(planted), 1).empty()) {
      throw PlayFailed("the search does not find what was put there for it");
    }
  }
  fs::remove(planted);
  auto found = found_in_server();
  if (found && !knows_words_) {  // They may be the program's own words, which take time to read.
    forget(words_of(options_.server));
    knows_words_ = true;
    found = found_in_server();
  }
  return found;
}

std::optional<std::string> Stage::found_in_server() const {
  std::size_t searched = 0;
  for (const fs::path& path : kept_by_server()) {
    const Bytes content = content_of(path);
    searched += content.size();
    for (const auto& hit : needles_.find_in(content, 1)) {
      return "\"" + hit.piece + "\" of \"" + hit.text + "\" stands in " + path.filename().string();
    }
  }
  if (searched == 0)
    throw PlayFailed("the server keeps nothing: the search looks at another place");
  return std::nullopt;
}

void Stage::keep_asking(std::size_t line, std::function<void()> holds) {
  kept_.push_back({line, std::move(holds)});
}

void Stage::check_the_room() {
  check_lines();
  check_same_log();
  check_audit();
}

// Nothing lost, nothing doubled, nothing out of order.
void Stage::check_lines() {
  for (const std::string& name : members()) {
    std::vector<std::pair<std::string, std::string>> heard;
    std::vector<std::pair<std::string, std::string>> spoken;
    for (const Value& event : cast_.events(name)) {
      if (!is_event(event, "message")) continue;
      heard.emplace_back(text_of(*event.find("from"), "name"), text_of(event, "text"));
    }
    for (std::size_t i = people_.at(name).heard_from; i < story_.spoken.size(); ++i) {
      spoken.emplace_back(story_.spoken[i].by, story_.spoken[i].text);
    }
    if (heard != spoken) {
      throw PlayFailed(name + " heard " + std::to_string(heard.size()) + " lines, " +
                       std::to_string(spoken.size()) + " were said, or in another order");
    }
  }
}

void Stage::check_same_log() {
  const auto names = present();
  cast_.wait(lead_, "for everybody to be at the same head", [&] {
    const Value head = *cast_.ask(lead_, command("status")).find("head");
    return std::ranges::all_of(names, [&](const std::string& name) {
      return *cast_.ask(name, command("status")).find("head") == head;
    });
  });
  const json::Array all = cast_.ask(lead_, command("entries")).find("entries")->as_array();
  const json::Array codes = cast_.ask(lead_, command("safety_code")).find("codes")->as_array();
  for (const std::string& name : names) {
    const json::Array own = cast_.ask(name, command("entries")).find("entries")->as_array();
    if (own.empty()) throw PlayFailed(name + " has seen no entry");
    const auto first = std::ranges::find(all, own.front());
    if (!std::equal(first, all.end(), own.begin(), own.end())) {
      throw PlayFailed(name + " holds another log than " + lead_);
    }
    const json::Array code = cast_.ask(name, command("safety_code")).find("codes")->as_array();
    if (code.empty() || code.back() != codes.back()) {
      throw PlayFailed(name + " has another safety code than " + lead_);
    }
  }
}

void Stage::check_audit() {
  const fs::path file = folder_.path() / "room.audit";
  Value audit = command("audit_export");
  audit.set("path", file.string());
  cast_.ask(lead_, audit);
  const auto [text, code] =
      run("'" + options_.client.string() + "' audit verify '" + file.string() + "' </dev/null");
  fs::remove(file);
  if (code != 0) throw PlayFailed("the audit of the room does not hold: " + text);
  for (const auto& [words, count] : audited_) {
    if (count_of(text, words) == count) continue;
    throw PlayFailed("the audit tells \"" + words + "\" " + std::to_string(count_of(text, words)) +
                     " times, it was done " + std::to_string(count) + " times: " + text);
  }
}

void Stage::end() {
  if (const int code = server_.terminate(); code != 0) {
    throw PlayFailed("the server ended with " + std::to_string(code) + ": " + server_.trace());
  }
}

}  // namespace hearth::test
