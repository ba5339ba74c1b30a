// The only file of the server that instantiates Beast (it takes a compiler half a minute).
#include <openssl/ssl.h>
#include <openssl/x509err.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "server/limits.h"
#include "server/transport/race.h"
#include "server/transport/websocket.h"

namespace hearth::server {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
namespace ssl = asio::ssl;

// RFC 9266 names the label; its context is empty.
constexpr std::string_view kExporterLabel = "EXPORTER-Channel-Binding";

class TlsContext final {
 public:
  ssl::context context{ssl::context::tls_server};
};

namespace {

using PlainStream = TcpSocket;
using TlsStream = ssl::stream<TcpSocket>;

Ending ending_of(error_code ec) noexcept {
  if (ec == websocket::error::closed || ec == asio::error::eof) return Ending::closed_by_peer;
  if (ec == websocket::error::message_too_big || ec == websocket::error::buffer_overflow)
    return Ending::frame_too_large;
  if (ec == beast::error::timeout) return Ending::idle_timeout;
  if (ec == asio::error::operation_aborted) return Ending::cancelled;
  if (ec.category() == make_error_code(websocket::error::closed).category())
    return Ending::frame_malformed;
  return Ending::lost;
}

template <class Stream>
constexpr bool kIsTls = !std::is_same_v<Stream, PlainStream>;

template <class Stream>
class BeastWebSocket final : public WebSocket {
 public:
  BeastWebSocket(Stream stream, const Bytes32& binding)
      : stream_(std::move(stream)), binding_(binding) {
    stream_.read_message_max(limits::kFrameBytesMax);
    stream_.auto_fragment(false);
    stream_.binary(true);
    // Beast pings at half of this silence and gives up at all of it.
    stream_.set_option(
        websocket::stream_base::timeout{limits::kHandshakeTimeMax, limits::kIdleTimeMax, true});
  }

  template <class Request>
  Task<error_code> upgrade(const Request& request) {
    auto [ec] = co_await stream_.async_accept(request, as_result);
    co_return ec;
  }

  Task<std::expected<ByteView, Ending>> read() override {
    buffer_.clear();
    auto [ec, size] = co_await stream_.async_read(buffer_, as_result);
    if (ec) co_return std::unexpected(ending_of(ec));
    if (!stream_.got_binary()) co_return std::unexpected(Ending::frame_not_binary);
    const auto data = buffer_.cdata();
    co_return ByteView(static_cast<const Byte*>(data.data()), data.size());
  }

  Task<std::expected<void, Ending>> write(ByteView message) override {
    auto [ec, size] =
        co_await stream_.async_write(asio::buffer(message.data(), message.size()), as_result);
    if (ec) co_return std::unexpected(ending_of(ec));
    co_return std::expected<void, Ending>{};
  }

  Task<void> close(std::uint16_t code, std::string_view reason) override {
    if (!stream_.is_open()) co_return;
    // The peer may never answer: a short deadline, then the socket just goes.
    co_await race(executor(), say_close(code, std::string(reason)),
                  sleep_for(limits::kGoodbyeTimeMax));
  }

  const Bytes32& channel_binding() const noexcept override { return binding_; }
  Executor executor() noexcept override { return stream_.get_executor(); }

 private:
  Task<void> say_close(std::uint16_t code, std::string reason) {
    websocket::close_reason why(static_cast<websocket::close_code>(code), reason);
    co_await stream_.async_close(why, as_result);
  }

  websocket::stream<Stream, false> stream_;
  Bytes32 binding_;
  beast::flat_buffer buffer_{limits::kFrameBytesMax};
};

// What somebody sees who opens an invitation in a browser that never shows us its fragment.
constexpr std::string_view kPage =
    "This is a Hearth meeting server. An invitation to a room is opened with the hearth client.\n";

// Reads the upgrade request and answers it. Runs under the deadline of accept_websocket.
template <class Stream>
Task<void> upgrade(Stream stream, Bytes32 binding,
                   std::expected<std::unique_ptr<WebSocket>, Ending>& result) {
  beast::flat_static_buffer<limits::kHttpHeaderBytesMax> buffer;
  http::request_parser<http::empty_body> parser;
  parser.header_limit(limits::kHttpHeaderBytesMax);
  parser.body_limit(0);
  if (auto [ec, size] = co_await http::async_read(stream, buffer, parser, as_result); ec) {
    result = std::unexpected(Ending::handshake_failed);
    co_return;
  }
  const auto& request = parser.get();
  if (!websocket::is_upgrade(request)) {
    http::response<http::string_body> page{http::status::upgrade_required, request.version()};
    page.set(http::field::upgrade, "websocket");
    page.set(http::field::content_type, "text/plain; charset=utf-8");
    page.set("Referrer-Policy", "no-referrer");
    page.keep_alive(false);
    page.body() = kPage;
    page.prepare_payload();
    co_await http::async_write(stream, page, as_result);
    result = std::unexpected(Ending::not_websocket);
    co_return;
  }
  auto socket = std::make_unique<BeastWebSocket<Stream>>(std::move(stream), binding);
  if (const error_code ec = co_await socket->upgrade(request); ec) {
    result = std::unexpected(Ending::handshake_failed);
    co_return;
  }
  result = std::unique_ptr<WebSocket>(std::move(socket));
}

Task<void> shake_hands(TcpSocket socket, TlsContextPtr tls,
                       std::expected<std::unique_ptr<WebSocket>, Ending>& result) {
  if (!tls) {
    co_await upgrade<PlainStream>(std::move(socket), Bytes32{}, result);
    co_return;
  }
  TlsStream stream(std::move(socket), tls->context);
  if (auto [ec] = co_await stream.async_handshake(ssl::stream_base::server, as_result); ec) {
    result = std::unexpected(Ending::handshake_failed);
    co_return;
  }
  Bytes32 binding{};
  if (SSL_export_keying_material(stream.native_handle(), binding.data(), binding.size(),
                                 kExporterLabel.data(), kExporterLabel.size(), nullptr, 0,
                                 0) != 1) {
    result = std::unexpected(Ending::handshake_failed);
    co_return;
  }
  co_await upgrade<TlsStream>(std::move(stream), binding, result);
}

}  // namespace

Task<std::expected<std::unique_ptr<WebSocket>, Ending>> accept_websocket(TcpSocket socket,
                                                                         TlsContextPtr tls) {
  const Executor executor = socket.get_executor();
  std::expected<std::unique_ptr<WebSocket>, Ending> result =
      std::unexpected(Ending::handshake_timeout);
  error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  co_await race(executor, shake_hands(std::move(socket), std::move(tls), result),
                sleep_for(limits::kHandshakeTimeMax));
  co_return result;
}

Result<TlsContextPtr> load_tls(const std::filesystem::path& certificate_chain,
                               const std::filesystem::path& private_key) {
  auto tls = std::make_shared<TlsContext>();
  SSL_CTX* native = tls->context.native_handle();
  error_code ec;
  tls->context.use_certificate_chain_file(certificate_chain.string(), ec);
  if (ec) return fail(make_error(TlsErrc::certificate_unreadable));
  tls->context.use_private_key_file(private_key.string(), ssl::context::pem, ec);
  // OpenSSL compares the two at once, and says so in the same way as it says that a file is bad.
  if (ec && ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == X509_R_KEY_VALUES_MISMATCH)
    return fail(make_error(TlsErrc::key_mismatch));
  if (ec) return fail(make_error(TlsErrc::key_unreadable));
  if (SSL_CTX_check_private_key(native) != 1) return fail(make_error(TlsErrc::key_mismatch));
  const bool ready = SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION) == 1 &&
                     SSL_CTX_set_num_tickets(native, 0) == 1 &&
                     SSL_CTX_set_max_early_data(native, 0) == 1;
  if (!ready) return fail(make_error(TlsErrc::setup_failed));
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  return tls;
}

}  // namespace hearth::server
