// Secrets of fixed size that wipe themselves.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocol/bytes/bytes.h"
#include "protocol/error.h"

namespace hearth {

// Overwrites memory in a way the optimiser may not drop.
void wipe(void* data, std::size_t size) noexcept;

// Equal length and equal content, in time that depends on the lengths alone.
bool equal_constant_time(ByteView a, ByteView b) noexcept;

// N secret bytes inside their owner: never on the heap by themselves, so growing a container leaves
// no copy behind. Copying is explicit (`clone`), a moved-from secret is zero, the destructor wipes.
template <std::size_t N>
class Secret final {
 public:
  static constexpr std::size_t kSize = N;

  Secret() noexcept = default;  // All zero.
  explicit Secret(const ByteArray<N>& bytes) noexcept : bytes_(bytes) {}
  ~Secret() { wipe(bytes_.data(), N); }
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_.data(), N); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_.data(), N);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  // Copies exactly N bytes; a bug if the length differs (check untrusted lengths first).
  static Secret from(ByteView bytes) {
    expects(bytes.size() == N);
    Secret secret;
    std::copy(bytes.begin(), bytes.end(), secret.bytes_.begin());
    return secret;
  }
  Secret clone() const noexcept { return Secret(bytes_); }

  ByteView view() const noexcept { return bytes_; }
  std::span<Byte, N> mutable_view() noexcept { return std::span<Byte, N>(bytes_); }
  void erase() noexcept { wipe(bytes_.data(), N); }

  friend bool operator==(const Secret& a, const Secret& b) noexcept {
    return equal_constant_time(a.view(), b.view());
  }

 private:
  std::array<Byte, N> bytes_{};
};

using Secret16 = Secret<16>;
using Secret32 = Secret<32>;

// Secret bytes of a length known only at run time (a PSK of the application, a private P-256 key, a
// plaintext). Allocated once at its final size, wiped when it goes; move-only.
class SecretBytes final {
 public:
  SecretBytes() noexcept = default;
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  // Takes the buffer over: no copy stays behind.
  explicit SecretBytes(Bytes&& bytes) noexcept : bytes_(std::move(bytes)) {}
  ~SecretBytes() { wipe(bytes_.data(), bytes_.size()); }
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      wipe(bytes_.data(), bytes_.size());
      bytes_ = std::move(other.bytes_);
      other.bytes_.clear();
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  SecretBytes clone() const { return SecretBytes(view()); }
  ByteView view() const noexcept { return bytes_; }
  std::span<Byte> mutable_view() noexcept { return bytes_; }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

 private:
  Bytes bytes_;
};

}  // namespace hearth
