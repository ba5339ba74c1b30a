// What must not be found in a blind server: every piece of what people call themselves and say.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/bytes/bytes.h"

namespace hearth::tests {

// Needles are all 8-byte pieces of some texts, as UTF-8, as hexadecimal in either case, and as
// base64 in either alphabet and all three alignments. A text shorter than 8 bytes in an encoding is
// one needle by itself, from 4 bytes on.
class Needles final {
 public:
  static constexpr std::size_t kPiece = 8;
  static constexpr std::size_t kShortest = 4;

  void add(const std::string& text);
  // Forgets what stands in `haystack`: what a server holds before anybody has come says nothing.
  // Returns how many pieces that were.
  std::size_t forget_found_in(ByteView haystack);

  struct Hit {
    std::size_t offset = 0;
    std::string piece;
    std::string text;  // Where the piece is from.
  };
  // The first `hits_max` places at which a needle stands.
  std::vector<Hit> find_in(ByteView haystack, std::size_t hits_max = 20) const;

  std::size_t size() const noexcept;

 private:
  void add_encoded(const std::string& encoded);  // Of the text added last.
  // Calls `found(offset, length, piece)` for each needle in `haystack`; it returns whether to go
  // on.
  template <class Found>
  void scan(ByteView haystack, Found&& found) const;

  // By length, and then by the piece's bytes as a number, the text that it is from.
  std::map<std::size_t, std::unordered_map<std::uint64_t, std::size_t>> pieces_;
  std::vector<std::string> texts_;
};

}  // namespace hearth::tests
