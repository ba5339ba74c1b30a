// Runs the cases of one cipher suite out of the named vector files, natively and as WebAssembly.
//
//   suite_vectors SUITE DIR FILE...      FILE as treekem.json; prints `treekem 8/8`, then a total
//
// The twin of hearth-mls-vectors for a place without folders to list: wasm32-wasi. The exit code is
// 0 when every case passes, 1 when one fails or a file cannot be read, 2 for a wrong call.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "tests/mls/vectors/runner.h"

namespace {

using namespace hearth;

struct Tally {
  int passed = 0;
  int total = 0;
};

std::optional<std::string> contents_of(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  char block[4096];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, file)) > 0;)
    text.append(block, n);
  std::fclose(file);
  return text;
}

// Nothing when the file cannot be read or holds no list of cases.
std::optional<Tally> run_file(const std::string& directory, const std::string& name,
                              std::uint64_t suite) {
  const mls::vectors::Kind* kind = mls::vectors::find_kind(name);
  const std::optional<std::string> text = contents_of(directory + "/" + name);
  if (kind == nullptr || !text) return std::nullopt;
  const auto cases = json::parse(*text);
  if (!cases || !cases->is_array()) return std::nullopt;

  Tally tally;
  for (std::size_t i = 0; i < cases->as_array().size(); ++i) {
    const json::Value& test_case = cases->as_array()[i];
    const json::Value* of = test_case.find("cipher_suite");
    if (of == nullptr || !of->is_u64() || of->as_u64() != suite) continue;
    ++tally.total;
    if (const auto wrong = mls::vectors::run_case(*kind, test_case)) {
      std::fprintf(stderr, "%s case %zu: %s\n", name.c_str(), i, wrong->c_str());
    } else {
      ++tally.passed;
    }
  }
  return tally;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: suite_vectors SUITE DIR FILE...\n", stderr);
    return 2;
  }
  const std::uint64_t suite = std::strtoull(argv[1], nullptr, 10);
  Tally all;
  bool every_file_read = true;
  for (int i = 3; i < argc; ++i) {
    const std::string name = argv[i];
    const std::optional<Tally> tally = run_file(argv[2], name, suite);
    if (!tally) {
      std::fprintf(stderr, "%s: cannot be read\n", name.c_str());
      every_file_read = false;
      continue;
    }
    std::printf("%s %d/%d\n", name.substr(0, name.rfind('.')).c_str(), tally->passed, tally->total);
    all.passed += tally->passed;
    all.total += tally->total;
  }
  std::printf("total %d/%d\n", all.passed, all.total);
  return every_file_read && all.passed == all.total && all.total > 0 ? 0 : 1;
}
