// blind_search: looks for the words of a meeting where they must not be, and for a canary where it
// must be. blind_search snapshot PID FILE copies a process's readable memory into a file.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "client/json/json.h"
#include "tests/blind/needles.h"

namespace hearth::tests {

namespace {

constexpr const char* kUsage =
    "blind_search absent  --meeting FILE [--baseline FILE] --sink NAME=FILE...\n"
    "    exit 0 if no piece of any name or text of the meeting (JSON lines) is in any sink\n"
    "blind_search present --canary TEXT --sink NAME=FILE...\n"
    "    exit 0 if the canary is in every sink\n"
    "blind_search snapshot PID FILE\n"
    "    copies the readable memory of a process\n";

struct Sink {
  std::string name;
  std::string file;
};

std::optional<Bytes> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

// What people are called and what they say, from a scenario's JSON lines.
bool add_meeting(Needles& needles, const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::size_t texts = 0;
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    const auto value = json::parse(line);
    if (!value) return false;
    for (const char* key : {"who", "text", "name", "title"}) {
      const json::Value* found = value->find(key);
      if (!found || !found->is_string()) continue;
      const std::string text(found->as_string());
      if (text.empty() || text.front() == '@') continue;  // "@server" is nobody's name.
      needles.add(text);
      ++texts;
    }
  }
  return texts > 0;
}

// Every readable mapping, one after the other.
bool snapshot(const std::string& pid, const std::string& target) {
  std::ifstream maps("/proc/" + pid + "/maps");
  const int memory = open(("/proc/" + pid + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  std::ofstream out(target, std::ios::binary);
  if (!maps || memory < 0 || !out) return false;
  std::string line;
  std::size_t copied = 0;
  std::vector<char> piece(1u << 20);
  while (std::getline(maps, line)) {
    unsigned long long begin = 0;
    unsigned long long end = 0;
    char readable = '-';
    if (std::sscanf(line.c_str(), "%llx-%llx %c", &begin, &end, &readable) != 3) continue;
    if (readable != 'r' || line.find("[vvar") != std::string::npos) continue;
    for (unsigned long long at = begin; at < end;) {
      const std::size_t wanted = std::min<unsigned long long>(piece.size(), end - at);
      const ssize_t got = pread(memory, piece.data(), wanted, static_cast<off_t>(at));
      if (got <= 0) break;  // A page that came and went.
      out.write(piece.data(), got);
      at += static_cast<unsigned long long>(got);
      copied += static_cast<std::size_t>(got);
    }
  }
  close(memory);
  std::printf("snapshot: %zu bytes\n", copied);
  return copied > 0 && out.good();
}

int absent(const std::string& meeting, const std::string& baseline,
           const std::vector<Sink>& sinks) {
  Needles needles;
  if (!add_meeting(needles, meeting)) {
    std::fprintf(stderr, "blind_search: %s has no names or texts\n", meeting.c_str());
    return 2;
  }
  const std::size_t all = needles.size();
  std::size_t forgotten = 0;
  if (!baseline.empty()) {
    const auto before = read_file(baseline);
    if (!before) return 2;
    forgotten = needles.forget_found_in(*before);
  }
  std::printf("blind_search: %zu pieces, %zu of them in the server before anybody came\n", all,
              forgotten);
  bool clean = forgotten * 10 < all;  // A baseline that explains everything away checks nothing.
  for (const Sink& sink : sinks) {
    const auto content = read_file(sink.file);
    if (!content) {
      std::printf("  %-12s unreadable\n", sink.name.c_str());
      clean = false;
      continue;
    }
    const auto hits = needles.find_in(*content);
    std::printf("  %-12s %10zu bytes  %s\n", sink.name.c_str(), content->size(),
                hits.empty() ? "nothing found" : "FOUND");
    for (const auto& hit : hits)
      std::printf("      at %zu: \"%s\" of \"%s\"\n", hit.offset, hit.piece.c_str(),
                  hit.text.c_str());
    clean = clean && hits.empty();
  }
  return clean ? 0 : 1;
}

int present(const std::string& canary, const std::vector<Sink>& sinks) {
  Needles needles;
  needles.add(canary);
  bool everywhere = true;
  for (const Sink& sink : sinks) {
    const auto content = read_file(sink.file);
    const bool found = content && !needles.find_in(*content, 1).empty();
    std::printf("  %-12s canary %s\n", sink.name.c_str(), found ? "found" : "MISSED");
    everywhere = everywhere && found;
  }
  return everywhere ? 0 : 1;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  const auto usage = [] {
    std::fputs(kUsage, stderr);
    return 2;
  };
  if (arguments.size() == 3 && arguments[0] == "snapshot")
    return snapshot(arguments[1], arguments[2]) ? 0 : 1;
  if (arguments.empty() || arguments.size() % 2 == 0) return usage();
  std::string meeting;
  std::string baseline;
  std::string canary;
  std::vector<Sink> sinks;
  for (std::size_t i = 1; i < arguments.size(); i += 2) {
    const std::string& value = arguments[i + 1];
    const std::size_t equals = value.find('=');
    if (arguments[i] == "--meeting")
      meeting = value;
    else if (arguments[i] == "--baseline")
      baseline = value;
    else if (arguments[i] == "--canary")
      canary = value;
    else if (arguments[i] == "--sink" && equals != std::string::npos)
      sinks.push_back({value.substr(0, equals), value.substr(equals + 1)});
    else
      return usage();
  }
  if (sinks.empty()) return usage();
  if (arguments[0] == "absent" && !meeting.empty()) return absent(meeting, baseline, sinks);
  if (arguments[0] == "present" && !canary.empty()) return present(canary, sinks);
  return usage();
}

}  // namespace hearth::tests

int main(int argc, char** argv) {
  return hearth::tests::run(std::vector<std::string>(argv + 1, argv + argc));
}
