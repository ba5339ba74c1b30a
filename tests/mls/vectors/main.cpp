// hearth-mls-vectors: runs every vector file of a folder, or shows that flipped bits are noticed.
//
//   hearth-mls-vectors [--suite N]... [--file NAME]... DIR
//       one line per file, `name passed/total`, and a last line `total passed/total`
//   hearth-mls-vectors --flip N [--seed S] DIR
//       turns over N random bits, each in a random field of a random case, which must then fail
//
// Exit 0 when all is well, 1 when a case failed or a file is of no known kind, 2 for a wrong call.
#include <dirent.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

#include "tests/mls/vectors/flip.h"

namespace hearth::mls::vectors {
namespace {

struct Call {
  std::vector<std::uint64_t> suites;  // None: all.
  std::vector<std::string> files;     // None: all.
  std::size_t flips = 0;
  std::uint64_t seed = 1;
  std::string directory;
};

struct VectorFile {
  std::string name;  // With .json.
  const Kind* kind = nullptr;
  json::Array cases;
};

std::optional<std::string> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) return std::nullopt;
  std::string text;
  char buffer[1 << 16];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
    text.append(buffer, got);
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

// The names in a folder, sorted, without README.md; nothing if there is no such folder.
std::optional<std::vector<std::string>> names_in(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(opendir(directory.c_str()), &closedir);
  if (!opened) return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(opened.get())) {
    const std::string name = entry->d_name;
    if (!name.starts_with('.') && name != "README.md") names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Call> parse_call(int argc, char** argv) {
  Call call;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.starts_with("--")) {
      if (!call.directory.empty()) return std::nullopt;
      call.directory = word;
      continue;
    }
    if (++i == argc) return std::nullopt;
    if (word == "--file") {
      call.files.emplace_back(argv[i]);
      continue;
    }
    const std::optional<std::uint64_t> number = to_number(argv[i]);
    if (!number) return std::nullopt;
    if (word == "--suite") {
      call.suites.push_back(*number);
    } else if (word == "--flip") {
      call.flips = static_cast<std::size_t>(*number);
    } else if (word == "--seed") {
      call.seed = *number;
    } else {
      return std::nullopt;
    }
  }
  if (call.directory.empty()) return std::nullopt;
  return call;
}

// Is the case of a suite that was asked for? Cases without a suite always are.
bool wanted(const Call& call, const json::Value& test_case) {
  const json::Value* suite = test_case.find("cipher_suite");
  if (call.suites.empty() || suite == nullptr || !suite->is_u64()) return true;
  return std::ranges::find(call.suites, suite->as_u64()) != call.suites.end();
}

// Says on the error stream what it cannot read, and leaves it out.
bool load(const Call& call, std::vector<VectorFile>& files) {
  const auto names = names_in(call.directory);
  if (!names) {
    std::fprintf(stderr, "%s: no such folder\n", call.directory.c_str());
    return false;
  }
  bool whole = true;
  for (const std::string& name : *names) {
    if (!call.files.empty() && std::ranges::find(call.files, name) == call.files.end()) continue;
    VectorFile file{name, find_kind(name), {}};
    const std::optional<std::string> text = read_file(call.directory + '/' + name);
    const auto parsed = text ? json::parse(*text) : Result<json::Value>(json::Value());
    if (file.kind == nullptr || !parsed || !parsed->is_array()) {
      std::fprintf(stderr, "%s: %s\n", name.c_str(),
                   file.kind == nullptr ? "of no known kind" : "not a list of cases");
      whole = false;
      continue;
    }
    for (const json::Value& test_case : parsed->as_array()) {
      if (wanted(call, test_case)) file.cases.push_back(test_case);
    }
    files.push_back(std::move(file));
  }
  if (files.empty()) std::fprintf(stderr, "%s: no vector files\n", call.directory.c_str());
  return whole && !files.empty();
}

bool run_all(const std::vector<VectorFile>& files) {
  std::size_t passed_all = 0;
  std::size_t total_all = 0;
  for (const VectorFile& file : files) {
    std::size_t passed = 0;
    for (std::size_t i = 0; i < file.cases.size(); ++i) {
      const std::optional<std::string> finding = run_case(*file.kind, file.cases[i]);
      if (finding) {
        std::fprintf(stderr, "%s case %zu: %s\n", file.name.c_str(), i, finding->c_str());
      } else {
        ++passed;
      }
    }
    const std::string name = file.name.substr(0, file.name.rfind('.'));
    std::printf("%s %zu/%zu\n", name.c_str(), passed, file.cases.size());
    std::fflush(stdout);
    passed_all += passed;
    total_all += file.cases.size();
  }
  std::printf("total %zu/%zu\n", passed_all, total_all);
  return passed_all == total_all;
}

bool run_flips(const Call& call, const std::vector<VectorFile>& files) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(call.seed));
  const Kind* named = nullptr;
  for (const VectorFile& file : files) {
    if (file.kind == named) continue;
    named = file.kind;
    for (const Exemption& exemption : named->exemptions) {
      std::printf("uncheckable %.*s %.*s%s: %.*s\n", static_cast<int>(named->name.size()),
                  named->name.data(), static_cast<int>(exemption.field.size()),
                  exemption.field.data(), exemption.applies == nullptr ? "" : " in part",
                  static_cast<int>(exemption.why.size()), exemption.why.data());
    }
  }

  crypto::SeededRandom random(call.seed);
  std::size_t noticed = 0;
  std::size_t passed_over = 0;
  for (std::size_t done = 0; done < call.flips;) {
    const VectorFile& file = files[choose(files.size(), random)];
    if (file.cases.empty()) continue;
    const std::size_t number = choose(file.cases.size(), random);
    json::Value flipped = file.cases[number];
    const std::optional<Flip> flip = flip_one(flipped, random);
    if (!flip) continue;
    if (find_exemption(*file.kind, file.cases[number], flipped, *flip) != nullptr) {
      ++passed_over;
      continue;
    }
    ++done;
    if (run_case(*file.kind, flipped)) {
      ++noticed;
    } else {
      std::fprintf(stderr, "%s case %zu: bit %zu of %s flipped, and nobody noticed\n",
                   file.name.c_str(), number, flip->bit, flip->path.c_str());
    }
  }
  std::printf("drawn again as uncheckable %zu\n", passed_over);
  std::printf("flips noticed %zu/%zu\n", noticed, call.flips);
  return noticed == call.flips;
}

int run(int argc, char** argv) {
  const std::optional<Call> call = parse_call(argc, argv);
  if (!call) {
    std::fputs(
        "usage: hearth-mls-vectors [--suite N]... [--file NAME]... [--flip N [--seed S]] DIR\n",
        stderr);
    return 2;
  }
  std::vector<VectorFile> files;
  const bool whole = load(*call, files);
  if (files.empty()) return 1;
  const bool good = call->flips > 0 ? run_flips(*call, files) : run_all(files);
  return whole && good ? 0 : 1;
}

}  // namespace
}  // namespace hearth::mls::vectors

int main(int argc, char** argv) { return hearth::mls::vectors::run(argc, argv); }
