// Gives every file of a kept corpus to a fuzz target, so that the corpus is a plain test as well.
//
//   PROGRAM DIR        exit 0 when every file was taken, 1 when there was none to take
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// A target that mutates by structure names this function of libFuzzer; no replay calls it.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t*, std::size_t size, std::size_t) {
  return size;
}

namespace {

std::vector<char> contents_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: PROGRAM CORPUS_DIR\n", stderr);
    return 1;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{argv[1]}) {
    if (!entry.is_regular_file()) continue;
    const std::vector<char> bytes = contents_of(entry.path());
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++files;
  }
  std::printf("%zu files taken\n", files);
  return files == 0 ? 1 : 0;  // An empty corpus tests nothing and must not look like success.
}
