// The invitation link.
#include "protocol/room/link.h"

#include <gtest/gtest.h>

#include <numeric>

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

// Computed with Python from the layout in the design: room 00.., s_door 10.., gate seed 20...
constexpr std::string_view kFragment =
    "AQAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi-0iA";

std::string whole(std::string_view fragment = kFragment) {
  return "https://hearth.example:8443/j#" + std::string(fragment);
}

TEST(Link, WritesSeventyCharacters) {
  const auto link = Link::parse(whole());

  ASSERT_TRUE(link);
  EXPECT_EQ(link->host, "hearth.example:8443");
  EXPECT_EQ(link->room.bytes[15], 15);
  EXPECT_EQ(link->s_door.view()[0], 16);
  EXPECT_EQ(link->gate_seed.view()[0], 32);
  EXPECT_EQ(link->text(), whole());
}

TEST(Link, ReadsTheFragmentAlone) {
  const auto link = Link::parse(kFragment);

  ASSERT_TRUE(link);
  EXPECT_EQ(link->host, "");
}

TEST(Link, NoticesEveryChangedCharacter) {
  for (std::size_t i = 0; i < kFragment.size(); ++i) {
    std::string changed(kFragment);
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(Link::parse(whole(changed))) << i;
  }
}

TEST(Link, SaysWhatIsWrong) {
  std::string flipped(kFragment);
  flipped[30] = flipped[30] == 'x' ? 'y' : 'x';
  EXPECT_EQ(Link::parse(flipped).error(), make_error(RoomErrc::link_checksum));
  EXPECT_EQ(Link::parse("").error(), make_error(RoomErrc::link_invalid));
  EXPECT_EQ(Link::parse(kFragment.substr(1)).error(), make_error(RoomErrc::link_invalid));
  EXPECT_EQ(Link::parse("https://hearth.example/other").error(),
            make_error(RoomErrc::link_invalid));
  EXPECT_EQ(Link::parse("https:///j#" + std::string(kFragment)).error(),
            make_error(RoomErrc::link_invalid));
  EXPECT_EQ(Link::parse("https://a/b/j#" + std::string(kFragment)).error(),
            make_error(RoomErrc::link_invalid));
}

TEST(Link, RefusesALaterVersionByName) {
  Bytes bytes = *from_base64url(kFragment);
  bytes[0] = 2;
  bytes.resize(50);
  const Hash hash = crypto::sha256(bytes);
  bytes.push_back(hash[0]);
  bytes.push_back(hash[1]);

  EXPECT_EQ(Link::parse(to_base64url(bytes)).error(), make_error(RoomErrc::version_unsupported));
}

}  // namespace
}  // namespace hearth::room
