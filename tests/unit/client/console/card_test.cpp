// Invitations drawn: the code in a terminal, and the printed card.
#include "client/console/card.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/console/qr.h"
#include "client/json/utf8.h"

namespace hearth::client {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kLink = "https://meet.example/j#" + std::string(70, 'A');

// The light of one module in the terminal's text, read back from its half blocks.
std::vector<std::vector<bool>> dark_of(const std::string& text) {
  std::vector<std::vector<bool>> rows;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\x1b[0m\n", at);
    std::string_view line = std::string_view(text).substr(at, end - at);
    EXPECT_TRUE(line.starts_with("\x1b[30;107m"));
    line.remove_prefix(9);
    std::vector<bool> upper;
    std::vector<bool> lower;
    while (!line.empty()) {
      const auto character = json::first_character(line);
      line.remove_prefix(character->size);
      const std::uint32_t c = character->code_point;
      EXPECT_TRUE(c == ' ' || c == 0x2588 || c == 0x2580 || c == 0x2584) << c;
      upper.push_back(c == 0x2588 || c == 0x2580);
      lower.push_back(c == 0x2588 || c == 0x2584);
    }
    rows.push_back(upper);
    rows.push_back(lower);
    at = end + 5;
  }
  return rows;
}

TEST(Qr, DrawsEveryModuleAndTheQuietZone) {
  const auto code = QrCode::of(kLink);
  ASSERT_TRUE(code);
  const auto rows = dark_of(terminal_text(*code));

  const auto side = static_cast<std::size_t>(code->size() + 2 * QrCode::kQuietZone);
  ASSERT_GE(rows.size(), side);
  for (std::size_t y = 0; y < rows.size(); ++y) {
    ASSERT_EQ(rows[y].size(), side);
    for (std::size_t x = 0; x < side; ++x) {
      EXPECT_EQ(rows[y][x], code->dark(static_cast<int>(x) - QrCode::kQuietZone,
                                       static_cast<int>(y) - QrCode::kQuietZone));
    }
  }
}

TEST(Qr, HasTheThreeEyesOfACode) {
  const auto code = QrCode::of(kLink);
  ASSERT_TRUE(code);
  const int far = code->size() - 7;
  for (const auto& [x, y] : {std::pair{0, 0}, {far, 0}, {0, far}}) {
    for (int i = 0; i < 7; ++i) {
      EXPECT_TRUE(code->dark(x + i, y) && code->dark(x, y + i) && code->dark(x + i, y + 6));
      const bool inside = i == 0 || i == 6 || (i >= 2 && i <= 4);
      EXPECT_EQ(code->dark(x + i, y + 3), inside);
    }
  }
  EXPECT_FALSE(code->dark(-1, 0));
}

TEST(Qr, RefusesWhatFitsNoCode) {
  EXPECT_FALSE(QrCode::of(""));
  EXPECT_FALSE(QrCode::of(std::string(5000, 'x')));
}

TEST(Card, HoldsTheLinkTheScheduleAndFiveLanguages) {
  const std::string page = card_page({kLink, {}, "Saturdays at ten"});

  EXPECT_THAT(page, HasSubstr(kLink));
  EXPECT_THAT(page, HasSubstr("Saturdays at ten"));
  for (const char* language : {"en", "dv", "ms", "vi", "lus"}) {
    EXPECT_THAT(page, HasSubstr("<section lang=\"" + std::string(language) + "\""));
  }
  EXPECT_THAT(page, HasSubstr("lang=\"dv\" dir=\"rtl\""));
  EXPECT_THAT(page, HasSubstr(svg(*QrCode::of(kLink))));
}

TEST(Card, NamesTheRoomOnlyWhereItIsAskedFor) {
  const Invitation invitation{kLink, 5, std::chrono::hours(1), "Quiet Harbour", ""};
  EXPECT_THAT(card_page(card_of(invitation, false)), Not(HasSubstr("Quiet Harbour")));
  EXPECT_THAT(card_page(card_of(invitation, true)), HasSubstr("Quiet Harbour"));
}

TEST(Card, LoadsNothingFromAnywhere) {
  std::string page = card_page({kLink, "T", "S"});
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));

  for (const char* name : {"src=", "href=", "url(", "@import", "<script", "<link", "<img"}) {
    EXPECT_THAT(page, Not(HasSubstr(name)));
  }
  // The only addresses are the invitation itself and the name of the drawing's language.
  std::size_t addresses = 0;
  for (std::size_t at = 0; (at = page.find("://", at)) != std::string::npos; ++at) ++addresses;
  EXPECT_EQ(addresses, 2u);
}

TEST(Card, LetsNobodyWriteInItsLanguage) {
  const std::string page = card_page({kLink, "<script>alert(1)</script>", "\"'&<b> \u202Eabc"});
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("&quot;&#39;&amp;&lt;b&gt; \uFFFDabc"));
}

}  // namespace
}  // namespace hearth::client
