// Comparing names as people see them; the one file that knows ICU.
#include "client/console/names.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include "client/console/spoken.h"

namespace hearth::client {
namespace {

using icu::UnicodeString;

constexpr UChar32 kZwnj = 0x200C;
constexpr UChar32 kZwj = 0x200D;
constexpr int kVirama = 9;  // Canonical combining class.

UnicodeString unicode_of(std::string_view text) {
  return UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}
std::string utf8_of(const UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

UnicodeString normal(const icu::Normalizer2* form, const UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  UnicodeString out = form->normalize(text, status);
  return U_SUCCESS(status) ? out : text;
}
UnicodeString composed(const UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  return normal(icu::Normalizer2::getNFCInstance(status), text);
}
// Compatibility forms (full-width letters, ligatures) and case are folded away.
UnicodeString folded(const UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  return normal(icu::Normalizer2::getNFKCCasefoldInstance(status), text);
}

struct CloseChecker {
  void operator()(USpoofChecker* checker) const noexcept { uspoof_close(checker); }
};
using Checker = std::unique_ptr<USpoofChecker, CloseChecker>;

const Checker& checker() {
  static const Checker kept = [] {
    UErrorCode status = U_ZERO_ERROR;
    Checker made(uspoof_open(&status));
    uspoof_setChecks(made.get(), USPOOF_INVISIBLE | USPOOF_HIDDEN_OVERLAY, &status);
    return made;
  }();
  return kept;
}

UnicodeString skeleton(const UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  UnicodeString out;
  uspoof_getSkeletonUnicodeString(checker().get(), 0, text, out, &status);
  return U_SUCCESS(status) ? out : text;
}

// Only what a person tells names apart by.
UnicodeString essence(const UnicodeString& text) {
  UnicodeString out;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) continue;
    if (u_isUWhiteSpace(c) || u_ispunct(c) || u_iscntrl(c)) continue;
    out.append(c);
  }
  return out;
}

int joining_type(UChar32 c) { return u_getIntPropertyValue(c, UCHAR_JOINING_TYPE); }

// The nearest character in one direction that is no mark; a mark that makes a conjunct counts.
UChar32 neighbour(const UnicodeString& text, std::int32_t at, int step) {
  for (at = text.moveIndex32(at, step); at >= 0 && at < text.length();
       at = text.moveIndex32(at, step)) {
    const UChar32 c = text.char32At(at);
    if (u_getCombiningClass(c) == kVirama || joining_type(c) != U_JT_TRANSPARENT) return c;
    if (at == 0 && step < 0) break;
  }
  return 0;
}

// RFC 5892 A.1 and A.2, and emoji sequences.
bool joiner_belongs(const UnicodeString& text, std::int32_t at) {
  const UChar32 before = neighbour(text, at, -1);
  const UChar32 after = neighbour(text, at, 1);
  if (before == 0) return false;
  if (u_getCombiningClass(before) == kVirama) return true;
  if (text.char32At(at) == kZwj && u_hasBinaryProperty(after, UCHAR_EXTENDED_PICTOGRAPHIC)) {
    return u_hasBinaryProperty(before, UCHAR_EXTENDED_PICTOGRAPHIC) ||
           u_hasBinaryProperty(before, UCHAR_EMOJI_MODIFIER);
  }
  const int left = joining_type(before);
  const int right = joining_type(after);
  return (left == U_JT_DUAL_JOINING || left == U_JT_LEFT_JOINING) &&
         (right == U_JT_DUAL_JOINING || right == U_JT_RIGHT_JOINING);
}

bool is_variation_of_emoji(const UnicodeString& text, std::int32_t at) {
  const UChar32 c = text.char32At(at);
  if (c != 0xFE0E && c != 0xFE0F) return false;
  return at > 0 && u_hasBinaryProperty(text.char32At(text.moveIndex32(at, -1)), UCHAR_EMOJI);
}

bool is_blank_glyph(UChar32 c) { return c == 0x2800; }  // A Braille cell without a dot.

}  // namespace

std::string nfc(std::string_view text) { return utf8_of(composed(unicode_of(text))); }

bool has_hidden_characters(std::string_view name) {
  const UnicodeString text = unicode_of(name);
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (c == kZwnj || c == kZwj) {
      if (!joiner_belongs(text, i)) return true;
    } else if (u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) || u_iscntrl(c) || is_blank_glyph(c)) {
      return true;
    } else if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
               !is_variation_of_emoji(text, i)) {
      return true;
    }
  }
  UErrorCode status = U_ZERO_ERROR;
  return uspoof_check2UnicodeString(checker().get(), composed(text), nullptr, &status) != 0;
}

NameShape::NameShape(std::string_view name) {
  const UnicodeString text = unicode_of(name);
  composed_ = utf8_of(composed(text));
  // What nobody sees must not keep two letters apart, nor what it leaves uncomposed.
  const UnicodeString seen = composed(essence(text));
  as_is_ = utf8_of(folded(essence(skeleton(seen))));
  folded_ = utf8_of(essence(skeleton(folded(seen))));
}

bool NameShape::looks_like(const NameShape& other) const {
  const auto same = [](const std::string& a, const std::string& b) { return !a.empty() && a == b; };
  return same(composed_, other.composed_) || same(as_is_, other.as_is_) ||
         same(folded_, other.folded_);
}

std::string NameWarning::sentence() const {
  std::string out;
  if (!looks_like.empty()) {
    out = "Careful: this name looks like " + isolated(looks_like) + ", who is staff.";
  }
  if (hidden) {
    if (!out.empty()) out += " ";
    out += "Careful: there are hidden characters in this name.";
  }
  return out;
}

NameWarning NameWatch::on_event(const Event& event) {
  const auto note_all = [this](const std::vector<Person>& people) {
    for (const Person& who : people) note(who);
  };
  if (const auto* entered = std::get_if<Entered>(&event)) note_all(entered->members);
  if (const auto* members = std::get_if<Members>(&event)) note_all(members->members);
  if (const auto* message = std::get_if<Message>(&event)) note(message->from);
  if (const auto* knock = std::get_if<KnockWaiting>(&event)) {
    // Who comes back was looked at when they came.
    return knock->returning ? NameWarning{} : judge(knock->name);
  }
  if (const auto* joined = std::get_if<Joined>(&event)) {
    note(joined->who);
    if (!joined->who.staff && !joined->who.own) return judge(joined->who.name);
  }
  return {};
}

void NameWatch::note(const Person& who) {
  if (!who.staff) {
    staff_.erase(who.handle);
  } else if (staff_.size() < kStaffMax || staff_.contains(who.handle)) {
    staff_[who.handle] = who.name;
  }
}

NameWarning NameWatch::judge(std::string_view name) const {
  NameWarning warning;
  warning.hidden = has_hidden_characters(name);
  const NameShape shape(name);
  for (const auto& [handle, staff] : staff_) {
    if (shape.looks_like(NameShape(staff))) warning.looks_like = staff;
  }
  return warning;
}

}  // namespace hearth::client
