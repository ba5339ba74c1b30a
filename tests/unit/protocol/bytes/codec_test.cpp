// The TLS presentation language: golden bytes, and every way in which input can be wrong.
#include "protocol/bytes/codec.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace hearth {
namespace {

using test::hex;

Error error_of(CodecErrc code) { return make_error(code); }

// One value, and nothing after it.
Result<std::uint32_t> read_varint(ByteView bytes) {
  Reader reader(bytes);
  HEARTH_TRY(const std::uint32_t value, reader.varint());
  HEARTH_CHECK(reader.finish());
  return value;
}

// A structure as the project writes them: a number, a vector of numbers, an optional one.
struct Sample {
  std::uint16_t number = 0;
  std::vector<std::uint8_t> items;
  std::optional<std::uint32_t> extra;

  static Result<Sample> decode(Reader& reader) {
    Sample sample;
    HEARTH_TRY(sample.number, reader.u16());
    HEARTH_TRY(sample.items,
               reader.vector_of<std::uint8_t>([](Reader& inner) { return inner.u8(); }));
    HEARTH_TRY(sample.extra,
               reader.optional_of<std::uint32_t>([](Reader& inner) { return inner.u32(); }));
    return sample;
  }
  friend void encode(Writer& writer, const Sample& sample) {
    writer.u16(sample.number);
    writer.vector_of(sample.items, [](Writer& inner, std::uint8_t item) { inner.u8(item); });
    writer.optional_of(sample.extra, [](Writer& inner, std::uint32_t value) { inner.u32(value); });
  }
  friend bool operator==(const Sample&, const Sample&) = default;
};

TEST(Codec, WritesIntegersBigEndian) {
  const Bytes bytes = Writer().u8(0x01).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0f).take();

  EXPECT_EQ(to_hex(bytes), "0102030405060708090a0b0c0d0e0f");
  Reader reader(bytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607u);
  EXPECT_EQ(reader.u64(), 0x08090a0b0c0d0e0fu);
  EXPECT_TRUE(reader.finish());
}

TEST(Codec, ReadsNoIntegerFromTooFewBytes) {
  const Bytes bytes(7, 0xff);

  EXPECT_EQ(Reader({}).u8().error(), error_of(CodecErrc::truncated));
  EXPECT_EQ(Reader(ByteView(bytes).first(1)).u16().error(), error_of(CodecErrc::truncated));
  EXPECT_EQ(Reader(ByteView(bytes).first(3)).u32().error(), error_of(CodecErrc::truncated));
  EXPECT_EQ(Reader(bytes).u64().error(), error_of(CodecErrc::truncated));
}

// RFC 9420 §2.1.2, at each border between the three forms.
TEST(Varint, HasOneFormForEachValue) {
  const std::pair<std::uint32_t, const char*> values[] = {{0, "00"},
                                                          {1, "01"},
                                                          {37, "25"},
                                                          {63, "3f"},
                                                          {64, "4040"},
                                                          {255, "40ff"},
                                                          {15293, "7bbd"},
                                                          {16383, "7fff"},
                                                          {16384, "80004000"},
                                                          {494878333, "9d7f3e7d"},
                                                          {(1u << 30) - 1, "bfffffff"}};
  for (const auto& [value, text] : values) {
    EXPECT_EQ(to_hex(Writer().varint(value).bytes()), text);
    EXPECT_EQ(read_varint(hex(text)), value) << text;
  }
}

TEST(Varint, RefusesEveryLongerForm) {
  for (const char* text :
       {"4000", "4001", "403f", "80000000", "8000003f", "80000040", "80003fff"}) {
    EXPECT_EQ(read_varint(hex(text)).error(), error_of(CodecErrc::varint_invalid)) << text;
  }
}

TEST(Varint, RefusesTheEightByteFormOfQuic) {
  for (const char* text : {"c0", "c000000000000040", "ffffffff", "ffffffffffffffff"}) {
    EXPECT_EQ(read_varint(hex(text)).error(), error_of(CodecErrc::varint_invalid)) << text;
  }
}

TEST(Varint, RefusesToEndEarly) {
  for (const char* text : {"", "40", "7f", "80", "8000", "800040", "bfffff"}) {
    EXPECT_EQ(read_varint(hex(text)).error(), error_of(CodecErrc::truncated)) << text;
  }
}

TEST(Varint, CannotWriteWhatItCannotRead) {
  EXPECT_THROW(Writer().varint(1u << 30), std::logic_error);
}

TEST(Varint, RoundTripsAroundEveryPowerOfTwo) {
  for (unsigned bit = 1; bit < 30; ++bit) {
    for (const std::uint32_t value : {(1u << bit) - 1, 1u << bit, (1u << bit) + 1}) {
      EXPECT_EQ(read_varint(Writer().varint(value).bytes()), value);
    }
  }
}

TEST(Vector, IsItsLengthAndItsBytes) {
  const Bytes bytes = Writer().vector(view_of("abc")).vector({}).take();

  EXPECT_EQ(to_hex(bytes), "0361626300");
  Reader reader(bytes);
  EXPECT_EQ(text_of(*reader.vector_view()), "abc");
  EXPECT_EQ(reader.vector(), Bytes{});
  EXPECT_TRUE(reader.done());
}

TEST(Vector, TakesTheLongerLengthWhenItMust) {
  const Bytes body(64, 0x61);
  const Bytes bytes = Writer().vector(body).take();

  EXPECT_EQ(bytes.size(), 66u);
  EXPECT_EQ(Reader(bytes).vector(), body);
}

// A length from the network must not decide how much memory we ask for.
TEST(Vector, IsRefusedWhenItClaimsMoreThanThereIs) {
  EXPECT_EQ(Reader(hex("bfffffff00")).vector().error(), error_of(CodecErrc::truncated));
  EXPECT_EQ(Reader(hex("036162")).vector().error(), error_of(CodecErrc::truncated));
}

TEST(Vector, IsRefusedBeyondTheBoundOfTheCaller) {
  EXPECT_EQ(Reader(hex("03616263")).vector(3), hex("616263"));
  EXPECT_EQ(Reader(hex("03616263")).vector(2).error(), error_of(CodecErrc::length_invalid));
}

TEST(Vector, OfItemsMustEndWithAnItem) {
  const auto u16 = [](Reader& inner) { return inner.u16(); };

  EXPECT_EQ(Reader(hex("0400010002")).vector_of<std::uint16_t>(u16),
            (std::vector<std::uint16_t>{1, 2}));
  EXPECT_EQ(Reader(hex("03000100")).vector_of<std::uint16_t>(u16).error(),
            error_of(CodecErrc::truncated));
}

TEST(Vector, OfItemsThatTakeNothingIsRefused) {
  const auto nothing = [](Reader&) -> Result<int> { return 0; };

  EXPECT_EQ(Reader(hex("0100")).vector_of<int>(nothing).error(),
            error_of(CodecErrc::length_invalid));
  EXPECT_EQ(Reader(hex("00")).vector_of<int>(nothing), std::vector<int>{});
}

TEST(Optional, IsOneByteOfPresence) {
  EXPECT_EQ(Reader(hex("00")).presence(), false);
  EXPECT_EQ(Reader(hex("01")).presence(), true);
  for (const char* text : {"02", "80", "ff"}) {
    EXPECT_EQ(Reader(hex(text)).presence().error(), error_of(CodecErrc::optional_invalid));
  }
}

TEST(Structure, RoundTripsAndTakesAllOfItsInput) {
  const Sample sample{0x0102, {7, 8, 9}, 0xdeadbeef};

  const Bytes bytes = encoded(sample);

  EXPECT_EQ(to_hex(bytes), "01020307080901deadbeef");
  EXPECT_EQ(decode_exact<Sample>(bytes), sample);
}

TEST(Structure, IsRefusedWhenCutAnywhere) {
  const Bytes bytes = encoded(Sample{0x0102, {7, 8, 9}, 0xdeadbeef});

  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_exact<Sample>(ByteView(bytes).first(size))) << size;
  }
}

TEST(Structure, IsRefusedWithBytesAfterIt) {
  Bytes bytes = encoded(Sample{});
  bytes.push_back(0);

  EXPECT_EQ(decode_exact<Sample>(bytes).error(), error_of(CodecErrc::trailing_bytes));
}

TEST(Reader, TakesArraysOfFixedSize) {
  const Bytes bytes = hex("010203");
  Reader reader(bytes);

  EXPECT_EQ(reader.array<2>(), (ByteArray<2>{1, 2}));
  EXPECT_EQ(reader.array<2>().error(), error_of(CodecErrc::truncated));
}

}  // namespace
}  // namespace hearth
