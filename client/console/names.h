// Names that are not what they seem: look-alikes of staff, and characters that nobody sees.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "client/core/event.h"

namespace hearth::client {

// The composed form (NFC): Vietnamese and Mizo arrive in either, and a name is one name in both.
std::string nfc(std::string_view text);

// Whether the name holds what is not seen but makes it another name: bidi controls, zero-width and
// other ignorable characters, a dot hidden by an i. Joiners are no such thing where their script
// needs them, nor in an emoji.
bool has_hidden_characters(std::string_view name);

// What a name shall be compared by: two names that look alike to a person share a key. By the
// confusables of UTS #39, in either case, without ignorable characters, blanks and punctuation.
// Letters with different marks stay different: Hoa is not Hòa.
class NameShape final {
 public:
  explicit NameShape(std::string_view name);
  bool looks_like(const NameShape& other) const;

 private:
  std::string composed_;  // The name itself in NFC: the same name always looks like itself.
  std::string as_is_;
  std::string folded_;
};

struct NameWarning {
  std::string looks_like;  // The name of somebody who is staff; empty: nobody's.
  bool hidden = false;

  bool empty() const noexcept { return looks_like.empty() && !hidden; }
  // "Careful: ..."; names are isolated. Empty where there is nothing to say.
  std::string sentence() const;
};

// NameWatch knows who is staff by what the core shows, and says what to think of a newcomer's name.
// Staff is proved by a key, never by a name: this is for the eye. Owned by a face.
class NameWatch final {
 public:
  // Staff whose names are remembered: more than a room can have.
  static constexpr std::size_t kStaffMax = 64;

  NameWarning on_event(const Event& event);

 private:
  void note(const Person& who);
  NameWarning judge(std::string_view name) const;

  std::map<room::Handle, std::string> staff_;
};

}  // namespace hearth::client
