// The only file of the client that instantiates Beast (it takes a compiler half a minute).
#include <openssl/ssl.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "client/console/websocket.h"
#include "protocol/wire/frame.h"

namespace hearth::client {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
namespace ssl = asio::ssl;
using namespace std::chrono_literals;

class Trust final {
 public:
  ssl::context context{ssl::context::tls_client};
};

namespace {

// RFC 9266 names the label; its context is empty.
constexpr std::string_view kExporterLabel = "EXPORTER-Channel-Binding";
constexpr auto kConnectTimeMax = 15s;  // A 2G line needs five round trips of 2 s.
constexpr auto kIdleTimeMax = 60s;     // Beast pings at half of this silence.
constexpr auto kGoodbyeTimeMax = 2s;

using PlainStream = TcpSocket;
using TlsStream = ssl::stream<TcpSocket>;
using Resolver = asio::ip::basic_resolver<Tcp, Executor>;

Ending ending_of(error_code ec) noexcept {
  if (ec == websocket::error::closed || ec == asio::error::eof) return Ending::closed_by_server;
  if (ec == asio::error::operation_aborted) return Ending::cancelled;
  if (ec == asio::error::connection_refused) return Ending::refused;
  if (ec == beast::error::timeout) return Ending::lost;
  if (ec.category() == make_error_code(websocket::error::closed).category())
    return Ending::message_invalid;
  return Ending::lost;
}

template <class Stream>
class BeastWebSocket final : public WebSocket {
 public:
  BeastWebSocket(Stream stream, const room::ChannelBinding& binding)
      : stream_(std::move(stream)), binding_(binding) {
    stream_.read_message_max(wire::kFrameSizeMax);
    stream_.auto_fragment(false);
    stream_.binary(true);
    stream_.set_option(websocket::stream_base::timeout{kConnectTimeMax, kIdleTimeMax, true});
  }

  Task<error_code> shake_hands(const std::string& host) {
    auto [ec] = co_await stream_.async_handshake(host, "/", as_result);
    co_return ec;
  }

  Task<std::expected<ByteView, Ending>> read() override {
    buffer_.clear();
    auto [ec, size] = co_await stream_.async_read(buffer_, as_result);
    if (ec) co_return std::unexpected(ending_of(ec));
    if (!stream_.got_binary()) co_return std::unexpected(Ending::message_invalid);
    const auto data = buffer_.cdata();
    co_return ByteView(static_cast<const Byte*>(data.data()), data.size());
  }

  Task<std::expected<void, Ending>> write(ByteView message) override {
    auto [ec, size] =
        co_await stream_.async_write(asio::buffer(message.data(), message.size()), as_result);
    if (ec) co_return std::unexpected(ending_of(ec));
    co_return std::expected<void, Ending>{};
  }

  Task<void> close() override {
    if (!stream_.is_open()) co_return;
    co_await race(stream_.get_executor(), say_close(), sleep_for(kGoodbyeTimeMax));
  }

  const room::ChannelBinding& channel_binding() const noexcept override { return binding_; }

 private:
  Task<void> say_close() { co_await stream_.async_close(websocket::close_code::normal, as_result); }

  websocket::stream<Stream, false> stream_;
  room::ChannelBinding binding_;
  beast::flat_buffer buffer_{wire::kFrameSizeMax};
};

using Opened = std::expected<std::unique_ptr<WebSocket>, Ending>;

// What the HTTP request calls the server: with its port, and an IPv6 address in brackets.
std::string host_header(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + address.port;
}

template <class Stream>
Task<void> upgrade(Stream stream, room::ChannelBinding binding, std::string host, Opened& result) {
  auto socket = std::make_unique<BeastWebSocket<Stream>>(std::move(stream), binding);
  if (const error_code ec = co_await socket->shake_hands(host); ec) {
    result = std::unexpected(Ending::not_hearth);
    co_return;
  }
  result = std::unique_ptr<WebSocket>(std::move(socket));
}

Task<void> open_tls(TcpSocket tcp, const Address& address, Trust& trust, Opened& result) {
  TlsStream stream(std::move(tcp), trust.context);
  SSL* const native = stream.native_handle();
  error_code ec;
  asio::ip::make_address(address.host, ec);
  if (ec) SSL_set_tlsext_host_name(native, address.host.c_str());  // An IP address is no SNI.
  stream.set_verify_callback(ssl::host_name_verification(address.host));
  if (auto [failed] = co_await stream.async_handshake(ssl::stream_base::client, as_result);
      failed) {
    const bool untrusted = SSL_get_verify_result(native) != X509_V_OK ||
                           ERR_GET_REASON(static_cast<unsigned long>(failed.value())) ==
                               SSL_R_CERTIFICATE_VERIFY_FAILED;
    result = std::unexpected(untrusted ? Ending::certificate_untrusted : Ending::tls_failed);
    co_return;
  }
  room::ChannelBinding binding{};
  if (SSL_export_keying_material(native, binding.data(), binding.size(), kExporterLabel.data(),
                                 kExporterLabel.size(), nullptr, 0, 0) != 1) {
    result = std::unexpected(Ending::tls_failed);
    co_return;
  }
  co_await upgrade<TlsStream>(std::move(stream), binding, host_header(address), result);
}

Task<void> open(const Address& address, TrustPtr trust, Opened& result) {
  const Executor executor = co_await asio::this_coro::executor;
  Resolver resolver(executor);
  auto [unresolved, found] = co_await resolver.async_resolve(address.host, address.port, as_result);
  if (unresolved) {
    result = std::unexpected(Ending::name_unknown);
    co_return;
  }
  TcpSocket tcp(executor);
  if (auto [ec, endpoint] = co_await asio::async_connect(tcp, found, as_result); ec) {
    result = std::unexpected(ending_of(ec));
    co_return;
  }
  error_code ignored;
  tcp.set_option(Tcp::no_delay(true), ignored);
  if (address.tls) {
    co_await open_tls(std::move(tcp), address, *trust, result);
  } else {
    co_await upgrade<PlainStream>(std::move(tcp), {}, host_header(address), result);
  }
}

}  // namespace

Task<std::expected<std::unique_ptr<WebSocket>, Ending>> open_websocket(Address address,
                                                                       TrustPtr trust) {
  const Executor executor = co_await asio::this_coro::executor;
  Opened result = std::unexpected(Ending::timeout);
  co_await race(executor, open(address, std::move(trust), result), sleep_for(kConnectTimeMax));
  co_return result;
}

std::expected<TrustPtr, std::string> load_trust(const std::optional<std::filesystem::path>& ca) {
  auto trust = std::make_shared<Trust>();
  error_code ec;
  if (ca) {
    trust->context.load_verify_file(ca->string(), ec);
  } else {
    trust->context.set_default_verify_paths(ec);
  }
  if (ec) return std::unexpected("the certificates cannot be read; see --ca");
  SSL_CTX* const native = trust->context.native_handle();
  trust->context.set_verify_mode(ssl::verify_peer, ec);
  if (ec || SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION) != 1) {
    return std::unexpected("TLS 1.3 is not to be had from this machine's OpenSSL");
  }
  // Tickets would let the server link one person's connections.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  return trust;
}

}  // namespace hearth::client
