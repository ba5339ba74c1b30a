// What operators read: words of ours, numbers and error names. Nothing else fits in.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "protocol/error.h"
#include "server/rooms/room_runner.h"

namespace hearth::server {

// A literal from the source. It cannot be made from anything that came over a wire.
class Word final {
 public:
  consteval Word(const char* literal) : text_(literal) {}
  std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

// A value that may stand in the trace: it opted in by having a constructor here. There is none for
// strings, bytes, addresses, handles or rooms, and none must ever be added.
class Field final {
 public:
  Field(Word name, std::uint64_t number) : name_(name), value_(std::to_string(number)) {}
  Field(Word name, Word word) : name_(name), value_(word.text()) {}
  // Domain and name are literals of ours (see protocol/error.h).
  explicit Field(const Error& error);

  std::string_view name() const noexcept { return name_.text(); }
  const std::string& value() const noexcept { return value_; }

 private:
  Word name_;
  std::string value_;
};

enum class TraceLevel : std::uint8_t { debug, info, error };  // error: a bug, or a broken machine.

// Lines on standard error, without times (the reader of a service adds its own), without any place
// a name could hide in. Any thread may write.
class Trace final {
 public:
  explicit Trace(TraceLevel least);
  void line(TraceLevel level, Word what, std::initializer_list<Field> fields = {});

 private:
  TraceLevel least_;
};

}  // namespace hearth::server
