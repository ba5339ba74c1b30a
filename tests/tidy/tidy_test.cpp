// Reads every source of the project and holds it to the rules; then breaks each rule once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/tidy/rules.h"

namespace hearth::tidy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

namespace fs = std::filesystem;

constexpr std::string_view kFolders[] = {"protocol", "server", "client", "tests", "deploy"};

std::string contents_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

bool ends_with_one_of(const fs::path& path, auto&& endings) {
  return std::ranges::any_of(endings,
                             [&](std::string_view ending) { return path.extension() == ending; });
}

// Every file of ours with one of `endings`. Tests run from the root of the sources.
std::vector<Source> sources(std::vector<std::string_view> endings) {
  std::vector<Source> found;
  for (const std::string_view folder : kFolders) {
    for (auto it = fs::recursive_directory_iterator{folder};
         it != fs::recursive_directory_iterator{}; ++it) {
      if (it->path().filename() == "node_modules") it.disable_recursion_pending();
      if (it->is_regular_file() && ends_with_one_of(it->path(), endings)) {
        found.push_back({it->path().generic_string(), contents_of(it->path())});
      }
    }
  }
  std::ranges::sort(found, {}, &Source::path);
  return found;
}

std::vector<Source> cpp_sources() { return sources({".h", ".cpp"}); }

// The violations of all `files` as a compiler would print them, one a line; empty when all is well.
std::string all(std::vector<Violation> (*rule)(const Source&), const std::vector<Source>& files) {
  std::ostringstream found;
  for (const Source& source : files) {
    for (const Violation& violation : rule(source)) {
      PrintTo(violation, &found);
      found << "\n";
    }
  }
  return found.str();
}

void expect_none(const std::string& found) { EXPECT_TRUE(found.empty()) << found; }

Source source(std::string path, std::string text) { return {std::move(path), std::move(text)}; }

TEST(Tidy, FindsTheSources) { EXPECT_GT(cpp_sources().size(), 50U); }

TEST(Tidy, IncludesPointTheRightWay) { expect_none(all(wrong_arrows, cpp_sources())); }

TEST(Tidy, BeastStaysInItsTwoFiles) { EXPECT_THAT(beast_at_large(cpp_sources()), IsEmpty()); }

TEST(Tidy, LinesAreShortAndClean) {
  expect_none(all(bad_layout, sources({".h", ".cpp", ".cmake", ".sh", ".js", ".mjs"})));
}

TEST(Tidy, FilesOpenWithWhatTheyAre) { expect_none(all(bad_opening, cpp_sources())); }

TEST(Tidy, NothingIsLeftBehind) {
  std::vector<Source> files = sources({".h", ".cpp", ".cmake", ".sh", ".js", ".mjs"});
  // The rules and their tests must name what they forbid.
  std::erase_if(files, [](const Source& file) { return file.path.starts_with("tests/tidy/"); });
  expect_none(all(leftovers, files));
}

// The rest shows that each rule can fail.

TEST(TidyRules, SeeAServerThatReachesForGroupSecrets) {
  const Source bad = source("server/rooms/room.cpp", "#include \"protocol/mls/tree/tree.h\"\n");

  EXPECT_EQ(wrong_arrows(bad).size(), 1U);
}

TEST(TidyRules, SeeEveryOtherWrongArrow) {
  const std::pair<const char*, const char*> wrong[] = {
      {"protocol/wire/a.h", "\"server/limits.h\""},
      {"protocol/wire/a.h", "\"client/core/model.h\""},
      {"client/core/a.h", "\"server/limits.h\""},
      {"server/rooms/a.h", "\"client/core/model.h\""},
      {"server/rooms/a.h", "\"server/transport/asio.h\""},
      {"server/rooms/a.h", "<boost/beast.hpp>"},
      {"server/rooms/a.h", "<sodium.h>"},
      {"protocol/mls/tree/a.h", "<openssl/evp.h>"},
      {"server/rooms/a.h", "<sqlite3.h>"},
      {"server/rooms/a.h", "\"tests/support/builders.h\""},
      {"protocol/wire/a.h", "<thread>"},
      {"client/core/a.h", "<fstream>"},
      {"client/agenda/a.h", "<fstream>"},
      {"client/agenda/a.h", "\"client/core/core.h\""},
      {"client/core/a.h", "<boost/asio.hpp>"},
      {"protocol/wire/a.h", "\"../bytes/bytes.h\""},
  };

  for (const auto& [path, target] : wrong) {
    EXPECT_EQ(wrong_arrows(source(path, std::string{"#include "} + target + "\n")).size(), 1U)
        << path << " includes " << target;
  }
}

TEST(TidyRules, LetEachLibraryLiveAtHome) {
  EXPECT_THAT(wrong_arrows(source("server/log/sqlite/a.cpp", "#include <sqlite3.h>\n")), IsEmpty());
  EXPECT_THAT(wrong_arrows(source("protocol/crypto/a.cpp", "#include <sodium.h>\n")), IsEmpty());
}

TEST(TidyRules, SeeBeastInAHeaderAndInASecondFile) {
  const std::string beast = "#include <boost/beast/core.hpp>\n";

  EXPECT_EQ(beast_at_large({source("server/transport/a.h", beast)}).size(), 1U);
  EXPECT_EQ(beast_at_large(
                {source("server/transport/a.cpp", beast), source("server/transport/b.cpp", beast)})
                .size(),
            1U);
  EXPECT_THAT(beast_at_large(
                  {source("server/transport/a.cpp", beast), source("client/console/b.cpp", beast)}),
              IsEmpty());
}

TEST(TidyRules, CountCharactersAndNotBytes) {
  std::string narrow;
  for (int i = 0; i < 100; ++i) narrow += "\u00e9";

  EXPECT_THAT(bad_layout(source("a.h", narrow + "\n")), IsEmpty());
  EXPECT_THAT(bad_layout(source("a.h", narrow + "x\n")),
              ElementsAre(Violation{"a.h", 1, "long line"}));
}

TEST(TidyRules, SeeTabsBlanksAndAMissingNewline) {
  EXPECT_THAT(bad_layout(source("a.h", "a\tb\nc \nd")),
              ElementsAre(Violation{"a.h", 1, "tab"}, Violation{"a.h", 2, "blank at the end"},
                          Violation{"a.h", 3, "no last newline"}));
}

TEST(TidyRules, SeeAFileThatDoesNotSayWhatItIs) {
  EXPECT_EQ(bad_opening(source("a.h", "// A.\nint a;\n")).size(), 1U);
  EXPECT_EQ(bad_opening(source("a.cpp", "int a;\n")).size(), 1U);
}

TEST(TidyRules, SeeCommentedOutCodeButNotSentences) {
  EXPECT_EQ(leftovers(source("a.h", "  // return size_;\n")).size(), 1U);
  EXPECT_EQ(leftovers(source("a.h", "// run(now, later);\n")).size(), 1U);
  EXPECT_EQ(leftovers(source("a.h", "#if 0\n")).size(), 1U);
  EXPECT_THAT(leftovers(source("a.h", "// Staged first;\n//   struct { a; };\n")), IsEmpty());
}

TEST(TidyRules, SeeNotesToOneself) {
  EXPECT_EQ(leftovers(source("a.h", "// TODO: later\n")).size(), 1U);
  EXPECT_THAT(leftovers(source("a.h", "// TODO(soon): a bound\n")), IsEmpty());
  EXPECT_EQ(leftovers(source("a.h", "// FIXME later\n")).size(), 1U);
}

}  // namespace
}  // namespace hearth::tidy
