// A real client and a real server over TLS: whom the client trusts, and whom it does not.
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <poll.h>

#include "tests/deploy/client_process.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

constexpr int kPatienceMs = 30000;

// An authority of its own with a certificate for localhost, made by the openssl tool.
bool make_certificates(const std::filesystem::path& folder) {
  const std::string script =
      "cd '" + folder.string() +
      "' && exec >/dev/null 2>&1 && umask 077 && "
      "openssl req -x509 -newkey ed25519 -keyout ca.key -out ca.pem -days 2 -nodes -subj /CN=ca && "
      "openssl req -x509 -newkey ed25519 -keyout xx.key -out other.pem -days 2 -nodes -subj /CN=xx "
      "&& "
      "openssl req -newkey ed25519 -keyout key.pem -out cert.csr -nodes -subj /CN=localhost && "
      "echo subjectAltName=DNS:localhost >names && "
      "openssl x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
      "-extfile names -out cert.pem";
  return std::system(script.c_str()) == 0;
}

class Tls : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v openssl >/dev/null") != 0) GTEST_SKIP() << "no openssl tool";
    ASSERT_TRUE(make_certificates(folder_.path()));
    std::ofstream config(folder_.path() / "hearthd.toml", std::ios::app);
    config << "[tls]\ncertificate = \"" << (folder_.path() / "cert.pem").string()
           << "\"\nprivate_key = \"" << (folder_.path() / "key.pem").string() << "\"\n";
    config.close();
    ASSERT_TRUE(server_.start()) << server_.trace();
  }

  // What comes first of founding a room on `host`: the room, or the reason for which there is none.
  std::string found_a_room(const std::string& host, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "--json");
    ClientProcess client(HEARTH_PROGRAM, arguments);
    client.send(json::object({{"cmd", "create"},
                              {"host", host + ":" + std::to_string(server_.port())},
                              {"title", "Circle"},
                              {"name", "Lantern"}}));
    pollfd ready{client.output(), POLLIN, 0};
    while (poll(&ready, 1, kPatienceMs) == 1 && client.read_available()) {
      for (const json::Value& event : client.events()) {
        if (is_event(event, "opened")) return "opened";
        if (is_event(event, "trouble")) return text_of(event, "reason");
      }
    }
    return "nothing";
  }
  std::string ca(const char* file) const { return (folder_.path() / file).string(); }

  TemporaryFolder folder_;
  ServerProcess server_{HEARTHD_PROGRAM, folder_.path()};
};

TEST_F(Tls, OpensARoomUnderTheAuthorityThatWasNamed) {
  EXPECT_EQ(found_a_room("localhost", {"--ca", ca("ca.pem")}), "opened");
}

TEST_F(Tls, RefusesAServerOfAnotherAuthority) {
  EXPECT_EQ(found_a_room("localhost", {"--ca", ca("other.pem")}), "certificate_untrusted");
  EXPECT_EQ(found_a_room("localhost", {}), "certificate_untrusted");
}

TEST_F(Tls, RefusesACertificateForAnotherName) {
  EXPECT_EQ(found_a_room("127.0.0.1", {"--ca", ca("ca.pem")}), "certificate_untrusted");
}

TEST_F(Tls, NeverSpeaksInClearToATlsServer) {
  EXPECT_EQ(found_a_room("localhost", {"--plain"}), "not_hearth");
}

}  // namespace
}  // namespace hearth::test
