// Bare libsodium.
#include "tests/bench/mls/floor.h"

#include <sodium.h>

#include <exception>

namespace hearth::mls::bench {
namespace {

void require(bool condition) {
  if (!condition) std::terminate();
}

struct Keys {
  unsigned char sign_public[crypto_sign_PUBLICKEYBYTES];
  unsigned char sign_secret[crypto_sign_SECRETKEYBYTES];
  unsigned char scalar[crypto_scalarmult_SCALARBYTES];
  unsigned char point[crypto_scalarmult_BYTES];
  unsigned char symmetric[32];
  unsigned char nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

  Keys() {
    require(sodium_init() >= 0);
    crypto_sign_keypair(sign_public, sign_secret);
    randombytes_buf(scalar, sizeof scalar);
    require(crypto_scalarmult_base(point, scalar) == 0);
    randombytes_buf(symmetric, sizeof symmetric);
    randombytes_buf(nonce, sizeof nonce);
  }
};

const Keys& keys() {
  static const Keys once;
  return once;
}

// Where results go. Large enough for each message; the calls are in a shared library, so none can
// be optimised away.
std::vector<unsigned char>& scratch() {
  static std::vector<unsigned char> buffer;
  return buffer;
}

}  // namespace

std::string name_of(Call call) {
  switch (call) {
    case Call::sign: return "sign";
    case Call::verify: return "verify";
    case Call::base: return "base";
    case Call::exchange: return "exchange";
    case Call::seal: return "seal";
    case Call::open: return "open";
    case Call::hmac: return "hmac";
    case Call::hash: return "hash";
  }
  std::terminate();
}

Floor& Floor::add(Call call, std::size_t size, std::size_t times) {
  for (Step& step : steps_) {
    if (step.call == call && step.size == size) {
      step.times += times;
      return *this;
    }
  }
  Step step{call, size, times, std::vector<unsigned char>(size), {}};
  randombytes_buf(step.input.data(), size);
  if (call == Call::verify) {
    step.extra.resize(crypto_sign_BYTES);
    crypto_sign_detached(step.extra.data(), nullptr, step.input.data(), size, keys().sign_secret);
  } else if (call == Call::open) {
    std::vector<unsigned char> sealed(size + crypto_aead_chacha20poly1305_ietf_ABYTES);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, step.input.data(), size,
                                              nullptr, 0, nullptr, keys().nonce, keys().symmetric);
    step.input = std::move(sealed);
  }
  if (scratch().size() < size + 64) scratch().resize(size + 64);
  steps_.push_back(std::move(step));
  return *this;
}

Floor& Floor::hpke_info(std::size_t info_size, std::size_t times) {
  return add(Call::hmac, info_size + 26, times);
}

Floor& Floor::hpke_seal(std::size_t plain_size, std::size_t times) {
  add(Call::base, 0, times).add(Call::exchange, 0, times).hpke_keys(times);
  add(Call::hmac, 88, times).add(Call::hmac, 88, times);  // key, base_nonce
  return add(Call::seal, plain_size, times);
}

Floor& Floor::hpke_open(std::size_t plain_size, std::size_t times) {
  add(Call::exchange, 0, times).hpke_keys(times);
  add(Call::hmac, 88, times).add(Call::hmac, 88, times);
  return add(Call::open, plain_size, times);
}

Floor& Floor::hpke_export(std::size_t times) {
  return hpke_keys(times).hpke_info(0, times).add(Call::hmac, 88, 2 * times);  // exp, sec
}

// eae_prk and shared_secret of the KEM, secret of the key schedule.
Floor& Floor::hpke_keys(std::size_t times) {
  return add(Call::hmac, 51, times).add(Call::hmac, 92, times).add(Call::hmac, 23, times);
}

// "node", DeriveKeyPair (extract, expand, base point), "path".
Floor& Floor::node_keys(std::size_t times) {
  return add(Call::hmac, 17, 2 * times).add(Call::hmac, 51, 2 * times).add(Call::base, 0, times);
}

void Floor::run() const {
  for (const Step& step : steps_) {
    for (std::size_t i = 0; i < step.times; ++i) run(step);
  }
}

void Floor::run(const Step& step) {
  const Keys& key = keys();
  unsigned char* const out = scratch().data();
  const unsigned char* const in = step.input.data();
  switch (step.call) {
    case Call::sign: crypto_sign_detached(out, nullptr, in, step.size, key.sign_secret); return;
    case Call::verify:
      require(crypto_sign_verify_detached(step.extra.data(), in, step.size, key.sign_public) == 0);
      return;
    case Call::base: require(crypto_scalarmult_base(out, key.scalar) == 0); return;
    case Call::exchange: require(crypto_scalarmult(out, key.scalar, key.point) == 0); return;
    case Call::seal:
      crypto_aead_chacha20poly1305_ietf_encrypt(out, nullptr, in, step.size, nullptr, 0, nullptr,
                                                key.nonce, key.symmetric);
      return;
    case Call::open:
      require(crypto_aead_chacha20poly1305_ietf_decrypt(out, nullptr, nullptr, in,
                                                        step.input.size(), nullptr, 0, key.nonce,
                                                        key.symmetric) == 0);
      return;
    case Call::hmac: {
      crypto_auth_hmacsha256_state state;
      crypto_auth_hmacsha256_init(&state, key.symmetric, sizeof key.symmetric);
      crypto_auth_hmacsha256_update(&state, in, step.size);
      crypto_auth_hmacsha256_final(&state, out);
      return;
    }
    case Call::hash: crypto_hash_sha256(out, in, step.size); return;
  }
}

std::string Floor::text() const {
  std::string text;
  for (const Step& step : steps_) {
    if (!text.empty()) text += ", ";
    text += std::to_string(step.times) + " " + name_of(step.call);
    if (step.size > 0) text += " " + std::to_string(step.size) + " B";
  }
  return text;
}

}  // namespace hearth::mls::bench
