// The floor of an operation: the libsodium calls that it cannot do without, made for real.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hearth::mls::bench {

// One function of libsodium.
enum class Call : std::uint8_t {
  sign,      // crypto_sign_detached
  verify,    // crypto_sign_verify_detached, of a signature that holds
  base,      // crypto_scalarmult_base
  exchange,  // crypto_scalarmult
  seal,      // crypto_aead_chacha20poly1305_ietf_encrypt
  open,      // crypto_aead_chacha20poly1305_ietf_decrypt, of what opens
  hmac,      // crypto_auth_hmacsha256_init, _update, _final: one HKDF call
  hash,      // crypto_hash_sha256
};

// A list of calls with the sizes of their messages. It uses nothing of Hearth, so that no slowness
// of ours can hide in it, and leaves out what is only copying, coding and looking up. The inputs
// are made when a call is added; `run` makes the calls and nothing else.
//
// Suite 1 has the same floor: its AES-128-GCM is not libsodium's, and ChaCha20-Poly1305 costs so
// little beside the rest that it stands in for it.
class Floor final {
 public:
  Floor& add(Call call, std::size_t size = 0, std::size_t times = 1);

  // What several operations share (RFC 9180 §5.1, RFC 9420 §7.4). The hash over `info` is a call of
  // its own, as many recipients may share it; that of the empty PSK id is a constant, and free.
  Floor& hpke_info(std::size_t info_size, std::size_t times = 1);
  Floor& hpke_seal(std::size_t plain_size, std::size_t times = 1);
  Floor& hpke_open(std::size_t plain_size, std::size_t times = 1);
  Floor& hpke_export(std::size_t times = 1);  // After the Diffie-Hellman calls.
  Floor& node_keys(std::size_t times);        // The key pair of a path secret, and the next secret.

  void run() const;
  std::string text() const;  // "2 verify 260 B, 1 base, ..."

 private:
  struct Step {
    Call call;
    std::size_t size;
    std::size_t times;
    std::vector<unsigned char> input;  // Message or ciphertext.
    std::vector<unsigned char> extra;  // Signature.
  };
  Floor& hpke_keys(std::size_t times);
  static void run(const Step& step);

  std::vector<Step> steps_;
};

std::string name_of(Call call);

}  // namespace hearth::mls::bench
