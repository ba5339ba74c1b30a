// What arrives at an open port: other protocols, half of ours, and frames that break RFC 6455.
#include "tests/hostile/hostile.h"
#include "tests/hostile/mutate.h"

namespace hearth::test {

namespace {

using Attack = void (*)(Tcp& tcp, std::uint16_t port, Dice& dice);

Bytes noise(std::size_t size, Dice& dice) {
  Bytes bytes(size);
  for (Byte& byte : bytes) byte = static_cast<Byte>(dice());
  return bytes;
}
void say(Tcp& tcp, std::string_view text) { tcp.send(view_of(text)); }

// --- Before the upgrade
// ---------------------------------------------------------------------------

void random_bytes(Tcp& tcp, std::uint16_t, Dice& dice) { tcp.send(noise(1 + dice() % 3000, dice)); }
void a_tls_hello(Tcp& tcp, std::uint16_t, Dice& dice) {
  Bytes hello{0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03};
  append(hello, noise(508, dice));
  tcp.send(hello);
}
void an_ordinary_request(Tcp& tcp, std::uint16_t, Dice&) {
  say(tcp, "GET /index.html HTTP/1.1\r\nHost: here\r\n\r\n");
}
void a_request_with_a_body(Tcp& tcp, std::uint16_t, Dice&) {
  say(tcp, "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 999999999\r\n\r\nwords");
}
void a_chunked_request(Tcp& tcp, std::uint16_t, Dice&) {
  say(tcp, "GET / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n");
}
void the_wrong_version(Tcp& tcp, std::uint16_t, Dice&) {
  say(tcp,
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: aGVhcnRoIGhlYXJ0aCBoZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n");
}
void no_key(Tcp& tcp, std::uint16_t, Dice&) {
  say(tcp,
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\n");
}
void another_upgrade(Tcp& tcp, std::uint16_t, Dice&) {
  say(tcp, "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
}
void huge_headers(Tcp& tcp, std::uint16_t, Dice& dice) {
  say(tcp, "GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + std::string(4096 + dice() % 20000, 'a') +
               "\r\n\r\n");
}
void many_headers(Tcp& tcp, std::uint16_t, Dice&) {
  std::string request = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 600; ++i) request += "X-" + std::to_string(i) + ": y\r\n";
  say(tcp, request + "\r\n");
}
void an_endless_path(Tcp& tcp, std::uint16_t, Dice&) { say(tcp, "GET /" + std::string(8000, 'x')); }
void a_mutated_upgrade(Tcp& tcp, std::uint16_t port, Dice& dice) {
  tcp.send(mutated(upgrade_request(port), dice));
}
void half_an_upgrade(Tcp& tcp, std::uint16_t port, Dice& dice) {
  Bytes request = upgrade_request(port);
  request.resize(dice() % request.size());
  tcp.send(request);
  tcp.half_close();
}
void nothing_at_all(Tcp& tcp, std::uint16_t, Dice&) { tcp.half_close(); }

// --- After the upgrade
// ----------------------------------------------------------------------------

const Bytes& hello() {
  static const Bytes frame = wire::frames_of(wire::record_of(wire::Hello{{1}})).front();
  return frame;
}
void upgraded(Tcp& tcp, std::uint16_t port, std::initializer_list<Bytes> frames) {
  tcp.send(upgrade_request(port));
  Bytes answer;
  while (text_of(answer).find("\r\n\r\n") == std::string_view::npos)
    if (!tcp.receive(answer, kPatience)) return;
  for (const Bytes& frame : frames)
    if (!tcp.send(frame)) return;
}
void no_mask(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port, {websocket_frame(Opcode::binary, hello(), {.masked = false})});
}
void reserved_bits(Tcp& tcp, std::uint16_t port, Dice& dice) {
  const auto bits = static_cast<std::uint8_t>(1 + dice() % 7);
  upgraded(tcp, port, {websocket_frame(Opcode::binary, hello(), {.reserved = bits})});
}
void an_unknown_opcode(Tcp& tcp, std::uint16_t port, Dice& dice) {
  constexpr unsigned kUnknown[] = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15};
  const auto opcode = static_cast<Opcode>(kUnknown[dice() % 10]);
  upgraded(tcp, port, {websocket_frame(opcode, hello())});
}
void a_huge_length(Tcp& tcp, std::uint16_t port, Dice& dice) {
  const std::uint64_t size = dice() % 2 ? ~0ull >> (dice() % 20) : 80 * 1024 + 1 + dice() % 999999;
  upgraded(tcp, port, {websocket_frame(Opcode::binary, hello(), {.claimed_size = size})});
}
void a_length_not_minimal(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port, {websocket_frame(Opcode::binary, hello(), {.claimed_size = hello().size()})});
}
void fragments(Tcp& tcp, std::uint16_t port, Dice&) {
  const ByteView frame = hello();
  upgraded(tcp, port,
           {websocket_frame(Opcode::binary, frame.first(2), {.final = false}),
            websocket_frame(Opcode::ping, view_of("between")),
            websocket_frame(Opcode::more, frame.subspan(2))});
}
void endless_fragments(Tcp& tcp, std::uint16_t port, Dice& dice) {
  const Bytes piece = noise(4096, dice);
  upgraded(tcp, port, {websocket_frame(Opcode::binary, piece, {.final = false})});
  for (int i = 0; i < 40; ++i)
    if (!tcp.send(websocket_frame(Opcode::more, piece, {.final = false}))) return;
}
void a_fragment_of_nothing(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port, {websocket_frame(Opcode::more, hello())});
}
void a_message_in_a_message(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port,
           {websocket_frame(Opcode::binary, hello(), {.final = false}),
            websocket_frame(Opcode::binary, hello())});
}
void text(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port, {websocket_frame(Opcode::text, view_of("hello"))});
}
void text_that_is_none(Tcp& tcp, std::uint16_t port, Dice& dice) {
  upgraded(tcp, port, {websocket_frame(Opcode::text, concat({noise(20, dice), Bytes{0xff}}))});
}
void a_long_ping(Tcp& tcp, std::uint16_t port, Dice& dice) {
  upgraded(tcp, port, {websocket_frame(Opcode::ping, noise(126 + dice() % 1000, dice))});
}
void a_ping_in_pieces(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port, {websocket_frame(Opcode::ping, view_of("half"), {.final = false})});
}
void a_flood_of_pings(Tcp& tcp, std::uint16_t port, Dice& dice) {
  upgraded(tcp, port, {});
  const Bytes ping = websocket_frame(Opcode::ping, noise(125, dice));
  for (int i = 0; i < 64; ++i)
    if (!tcp.send(ping)) return;
}
void a_bad_close(Tcp& tcp, std::uint16_t port, Dice& dice) {
  upgraded(tcp, port, {websocket_frame(Opcode::close, noise(1 + dice() % 3, dice))});
}
void words_after_a_close(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port,
           {websocket_frame(Opcode::close, Bytes{0x03, 0xe8}),
            websocket_frame(Opcode::binary, hello())});
}
void half_closed(Tcp& tcp, std::uint16_t port, Dice&) {
  upgraded(tcp, port, {websocket_frame(Opcode::binary, hello())});
  tcp.half_close();
}
void half_a_frame(Tcp& tcp, std::uint16_t port, Dice& dice) {
  Bytes frame = websocket_frame(Opcode::binary, hello());
  frame.resize(1 + dice() % (frame.size() - 1));
  upgraded(tcp, port, {frame});
  tcp.half_close();
}
void a_mutated_frame(Tcp& tcp, std::uint16_t port, Dice& dice) {
  upgraded(tcp, port, {mutated(websocket_frame(Opcode::binary, hello()), dice)});
}

constexpr Attack kAttacks[] = {
    random_bytes,
    a_tls_hello,
    an_ordinary_request,
    a_request_with_a_body,
    a_chunked_request,
    the_wrong_version,
    no_key,
    another_upgrade,
    huge_headers,
    many_headers,
    an_endless_path,
    a_mutated_upgrade,
    half_an_upgrade,
    nothing_at_all,
    no_mask,
    reserved_bits,
    an_unknown_opcode,
    a_huge_length,
    a_length_not_minimal,
    fragments,
    endless_fragments,
    a_fragment_of_nothing,
    a_message_in_a_message,
    text,
    text_that_is_none,
    a_long_ping,
    a_ping_in_pieces,
    a_flood_of_pings,
    a_bad_close,
    words_after_a_close,
    half_closed,
    half_a_frame,
    a_mutated_frame,
};

}  // namespace

bool rattle(std::uint16_t port, std::uint64_t seed, std::atomic<long>& left, Tally& tally) {
  Dice dice(seed);
  constexpr Patience kGlance{30};  // Some of these wait for what never comes: they are left alone.
  while (left.fetch_sub(1) > 0) {
    auto tcp = Tcp::connect(port);
    if (!tcp) return false;
    kAttacks[dice() % std::size(kAttacks)](*tcp, port, dice);
    Bytes answer;
    while (tcp->receive(answer, kGlance)) {
    }
    tally.count(tcp->timed_out() ? "handshake.left_waiting" : "handshake.closed");
  }
  return true;
}

}  // namespace hearth::test
