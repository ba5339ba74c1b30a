// The fields that several messages share, as bytes. Private to this folder.
#pragma once

#include "protocol/wire/record.h"

namespace hearth::wire::field {

// An enumeration u16 whose values are 1..last.
template <class Enum>
Result<Enum> enum16(Reader& reader, Enum last) noexcept {
  HEARTH_TRY(const std::uint16_t value, reader.u16());
  if (value < 1 || value > static_cast<std::uint16_t>(last)) {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  return static_cast<Enum>(value);
}

// Items that know how to decode themselves, between `min` and `max` of them.
template <class T>
Result<std::vector<T>> list(Reader& reader, std::size_t min, std::size_t max) {
  HEARTH_TRY(std::vector<T> items, reader.vector_of<T>([](Reader& r) { return T::decode(r); }));
  if (items.size() < min || items.size() > max) {
    return hearth::fail(make_error(CodecErrc::length_invalid));
  }
  return items;
}

}  // namespace hearth::wire::field
