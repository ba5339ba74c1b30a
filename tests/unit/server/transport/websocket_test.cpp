// The WebSocket facade over real sockets, plain and TLS, with a certificate of the test's own.
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/limits.h"
#include "server/transport/listener.h"
#include "server/transport/race.h"
#include "server/transport/websocket.h"
#include "tests/support/server_process.h"
#include "tests/support/websocket_by_hand.h"

namespace hearth::server {
namespace {

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* native) const { Free(native); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using ClientContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX, SSL_CTX_free>>;
using ClientTls = std::unique_ptr<SSL, Freed<SSL, SSL_free>>;

// A key and a certificate that it signed itself, as PEM files.
void make_certificate(const std::filesystem::path& chain, const std::filesystem::path& key_file) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  ASSERT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
  FILE* file = fopen(chain.c_str(), "w");
  PEM_write_X509(file, certificate.get());
  fclose(file);
  file = fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  fclose(file);
}

// Accepts one connection and gives back what it reads, until it ends.
class EchoServer final {
 public:
  explicit EchoServer(TlsContextPtr tls) : tls_(std::move(tls)) {
    auto acceptor = open_listener(context_.get_executor(), "127.0.0.1:0");
    acceptor_.emplace(std::move(*acceptor));
    asio::co_spawn(context_, run(), [](std::exception_ptr) {});
    thread_ = std::thread([this] { context_.run(); });
  }
  ~EchoServer() { thread_.join(); }

  std::uint16_t port() { return acceptor_->local_endpoint().port(); }
  // After the peer has gone.
  Ending ending() {
    thread_.join();
    thread_ = std::thread([] {});
    return ending_;
  }
  const Bytes32& binding() const { return binding_; }

 private:
  Task<void> run() {
    auto [ec, socket] = co_await acceptor_->async_accept(as_result);
    auto accepted = co_await accept_websocket(std::move(socket), tls_);
    if (!accepted) {
      ending_ = accepted.error();
      co_return;
    }
    WebSocket& web_socket = **accepted;
    binding_ = web_socket.channel_binding();
    for (;;) {
      const auto message = co_await web_socket.read();
      if (!message) {
        ending_ = message.error();
        co_return;
      }
      const Bytes copy = to_bytes(*message);
      if (!co_await web_socket.write(copy)) co_return;
    }
  }

  TlsContextPtr tls_;
  asio::io_context context_{1};
  std::optional<TcpAcceptor> acceptor_;
  Ending ending_ = Ending::cancelled;
  Bytes32 binding_{};
  std::thread thread_;
};

TEST(WebSocket, GivesBackWhatItGetsOverAPlainLine) {
  EchoServer server(nullptr);
  auto client = test::WebSocketByHand::open(server.port());
  ASSERT_TRUE(client);
  const Bytes words(70000, Byte{7});

  ASSERT_TRUE(client->send(words));

  EXPECT_EQ(client->receive()->payload, words);
  client.reset();
  EXPECT_EQ(server.ending(), Ending::lost);
  EXPECT_EQ(server.binding(), Bytes32{});
}

TEST(WebSocket, RefusesText) {
  EchoServer server(nullptr);
  auto client = test::WebSocketByHand::open(server.port());
  ASSERT_TRUE(client);

  client->tcp().send(test::websocket_frame(test::Opcode::text, view_of("words")));

  EXPECT_EQ(server.ending(), Ending::frame_not_binary);
}

TEST(WebSocket, RefusesAFrameThatIsTooLarge) {
  EchoServer server(nullptr);
  auto client = test::WebSocketByHand::open(server.port());
  ASSERT_TRUE(client);

  client->send(Bytes(limits::kFrameBytesMax + 1));

  EXPECT_EQ(server.ending(), Ending::frame_too_large);
}

// --- TLS
// --------------------------------------------------------------------------------------------

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    make_certificate(folder_.path() / "chain.pem", folder_.path() / "key.pem");
    auto loaded = load_tls(folder_.path() / "chain.pem", folder_.path() / "key.pem");
    ASSERT_TRUE(loaded);
    server_.emplace(*loaded);
    context_.reset(SSL_CTX_new(TLS_client_method()));
  }
  void TearDown() override {
    tls_.reset();
    if (socket_ >= 0) close(socket_);
  }

  bool shake_hands() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), socket_);
    return SSL_connect(tls_.get()) == 1;
  }
  void send(ByteView bytes) {
    ASSERT_EQ(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())),
              static_cast<int>(bytes.size()));
  }
  std::string receive() {
    char buffer[4096];
    const int size = SSL_read(tls_.get(), buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(std::max(size, 0))};
  }

  test::TemporaryFolder folder_;
  std::optional<EchoServer> server_;
  ClientContext context_;
  ClientTls tls_;
  int socket_ = -1;
};

TEST_F(TlsTest, BindsTheChannelAtBothEnds) {
  ASSERT_TRUE(shake_hands());
  EXPECT_STREQ(SSL_get_version(tls_.get()), "TLSv1.3");
  send(test::upgrade_request(server_->port()));
  EXPECT_TRUE(receive().starts_with("HTTP/1.1 101 "));
  send(test::websocket_frame(test::Opcode::binary, view_of("words")));
  EXPECT_EQ(receive(), "\x82\x05words");
  Bytes32 binding{};
  const std::string label = "EXPORTER-Channel-Binding";
  ASSERT_EQ(SSL_export_keying_material(tls_.get(), binding.data(), binding.size(), label.data(),
                                       label.size(), nullptr, 0, 0),
            1);
  SSL_shutdown(tls_.get());
  shutdown(socket_, SHUT_RDWR);
  server_->ending();

  EXPECT_EQ(server_->binding(), binding);
  EXPECT_NE(binding, Bytes32{});
}

TEST_F(TlsTest, SpeaksNothingOlderThanTls13) {
  SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);

  EXPECT_FALSE(shake_hands());

  shutdown(socket_, SHUT_RDWR);
  EXPECT_EQ(server_->ending(), Ending::handshake_failed);
}

TEST_F(TlsTest, GivesNoTickets) {
  ASSERT_TRUE(shake_hands());
  send(test::upgrade_request(server_->port()));
  ASSERT_FALSE(receive().empty());  // A ticket would have come before this answer.

  EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get_session(tls_.get())), 0);
  shutdown(socket_, SHUT_RDWR);
}

TEST(LoadTls, SaysWhatIsWrong) {
  const test::TemporaryFolder folder;
  const auto chain = folder.path() / "chain.pem";
  const auto key = folder.path() / "key.pem";
  const auto other = folder.path() / "other.pem";
  make_certificate(chain, key);
  make_certificate(folder.path() / "chain2.pem", other);

  EXPECT_TRUE(load_tls(chain, key));
  EXPECT_EQ(load_tls(other, key).error(), make_error(TlsErrc::certificate_unreadable));
  EXPECT_EQ(load_tls(chain, chain).error(), make_error(TlsErrc::key_unreadable));
  EXPECT_EQ(load_tls(chain, other).error(), make_error(TlsErrc::key_mismatch));
}

}  // namespace
}  // namespace hearth::server
