// hearth-mls-make-vectors DIR [SEED]: writes the vectors of our own making, refusals included.
//
// What it writes is what our implementation does today; the files in tests/vectors/rfc9420 were
// written once, read, and stand. Make new ones only where a case is added or a rule has changed.
#include <cstdio>
#include <cstdlib>

#include "tests/mls/make/recorder.h"

int main(int argc, char** argv) {
  using namespace hearth::mls::make;
  if (argc < 2 || argc > 3) {
    std::fputs("usage: hearth-mls-make-vectors DIR [SEED]\n", stderr);
    return 2;
  }
  const std::uint64_t seed = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 9420;
  std::vector<VectorFile> files = make_values(seed);
  for (VectorFile& file : make_histories(seed)) files.push_back(std::move(file));
  files.push_back(make_refused_messages(seed));
  files.push_back(make_refused_welcomes(seed));
  files.push_back(make_refused_trees(seed));
  files.push_back(make_refused_key_packages(seed));
  files.push_back(make_refused_structures());
  for (const VectorFile& file : files) {
    write_file(argv[1], file);
    std::printf("%s %zu\n", file.name.c_str(), file.cases.size());
  }
  return 0;
}
