// Addresses as people and links write them.
#include "client/console/address.h"

#include <gtest/gtest.h>

namespace hearth::client {
namespace {

TEST(Address, KnowsThePortWhereNoneIsNamed) {
  EXPECT_EQ(address_of("meet.example", true)->port, "443");
  EXPECT_EQ(address_of("meet.example", false)->port, "80");
  EXPECT_EQ(address_of("meet.example:8460", true)->port, "8460");
}

TEST(Address, TakesTheBracketsOffAnIpv6Address) {
  const auto address = address_of("[2001:db8::1]:8460", true);

  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "2001:db8::1");
  EXPECT_EQ(address->port, "8460");
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text : {"", ":80", "a b", "a:", "a:0", "a:65536", "a:http", "[::1", "[]:1",
                           "user@host", "host/path", "a:1:2", "[::1]8460"}) {
    EXPECT_FALSE(address_of(text, true)) << text;
  }
}

TEST(ServerName, SaysByItsSchemeWhetherThereIsTls) {
  EXPECT_TRUE(parse_server("wss://meet.example")->tls);
  EXPECT_FALSE(parse_server("ws://127.0.0.1:8460/")->tls);
  EXPECT_TRUE(parse_server("meet.example")->tls);
  EXPECT_EQ(parse_server("ws://127.0.0.1:8460/")->host, "127.0.0.1:8460");
  EXPECT_FALSE(parse_server("https://meet.example"));
}

}  // namespace
}  // namespace hearth::client
