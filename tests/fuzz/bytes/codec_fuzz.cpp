// Reads arbitrary bytes in arbitrary order, and writes what was read again: the same bytes must
// come out, since every value has one encoding.
//
// Input: a count, as many steps of one byte each, then the bytes to read.
#include "protocol/bytes/codec.h"

namespace {

using namespace hearth;

constexpr std::size_t kVectorMax = 40;

// One step: reads a value and writes it to `writer`.
Status step(Byte kind, Reader& reader, Writer& writer) {
  switch (kind % 11) {
    case 0: {
      HEARTH_TRY(const auto value, reader.u8());
      writer.u8(value);
      return {};
    }
    case 1: {
      HEARTH_TRY(const auto value, reader.u16());
      writer.u16(value);
      return {};
    }
    case 2: {
      HEARTH_TRY(const auto value, reader.u32());
      writer.u32(value);
      return {};
    }
    case 3: {
      HEARTH_TRY(const auto value, reader.u64());
      writer.u64(value);
      return {};
    }
    case 4: {
      HEARTH_TRY(const bool present, reader.presence());
      writer.presence(present);
      return {};
    }
    case 5: {
      HEARTH_TRY(const auto value, reader.varint());
      expects(value < (1u << 30));
      writer.varint(value);
      return {};
    }
    case 6: {
      HEARTH_TRY(const ByteView value, reader.vector_view());
      writer.vector(value);
      return {};
    }
    case 7: {
      HEARTH_TRY(const Bytes value, reader.vector(kVectorMax));
      expects(value.size() <= kVectorMax);
      writer.vector(value);
      return {};
    }
    case 8: {
      HEARTH_TRY(const auto value, reader.array<5>());
      writer.raw(value);
      return {};
    }
    case 9: {
      HEARTH_TRY(const auto items,
                 reader.vector_of<std::uint16_t>([](Reader& inner) { return inner.u16(); }));
      writer.vector_of(items, [](Writer& inner, std::uint16_t item) { inner.u16(item); });
      return {};
    }
    default: {
      HEARTH_TRY(const auto value,
                 reader.optional_of<std::uint32_t>([](Reader& inner) { return inner.u32(); }));
      writer.optional_of(value, [](Writer& inner, std::uint32_t item) { inner.u32(item); });
      return {};
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  if (input.empty() || input[0] >= input.size()) return 0;
  const ByteView steps = input.subspan(1, input[0]);
  const ByteView body = input.subspan(1u + input[0]);

  Reader reader(body);
  Writer writer;
  for (const Byte kind : steps) {
    if (!step(kind, reader, writer)) return 0;
    const std::size_t used = body.size() - reader.rest().size();
    expects(equal(writer.bytes(), body.first(used)));
  }
  expects(reader.finish().has_value() == reader.rest().empty());
  return 0;
}
