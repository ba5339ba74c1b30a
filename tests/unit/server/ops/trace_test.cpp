// The trace takes what opted in, and nothing else, as the compiler sees it.
#include "server/ops/trace.h"

#include <concepts>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/room/ids.h"
#include "server/ops/counters.h"

namespace hearth::server {
namespace {

template <class T>
concept Traceable = std::constructible_from<Field, Word, T> || std::constructible_from<Field, T>;
template <class T>
concept AWord = std::constructible_from<Word, T> && !std::same_as<T, Word>;

static_assert(Traceable<std::uint64_t> && Traceable<Word> && Traceable<Error>);
// What could carry a person, a room or a place.
static_assert(!Traceable<std::string> && !Traceable<std::string_view> && !Traceable<Bytes>);
static_assert(!Traceable<ByteView> && !Traceable<room::RoomId> && !Traceable<room::Handle>);
static_assert(!Traceable<room::PublicKey> && !Traceable<room::Hash> && !Traceable<room::Seq>);
static_assert(!Traceable<std::filesystem::path> && !Traceable<void*>);
// A word is a literal: nothing that exists only at run time becomes one.
static_assert(!AWord<std::string> && !AWord<std::string_view> && !AWord<Bytes>);

TEST(Trace, WritesWordsNumbersAndErrorNames) {
  testing::internal::CaptureStderr();
  Trace trace(TraceLevel::info);

  trace.line(TraceLevel::info, "ready", {{"rooms", 3}});
  trace.line(TraceLevel::error, "lost", {Field(make_error(LogErrc::gap))});
  trace.line(TraceLevel::debug, "unseen");

  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "hearthd info: ready rooms=3\nhearthd error: lost error=log.gap\n");
}

TEST(Counters, CountByName) {
  Trace trace(TraceLevel::error);
  Counters counters(trace);

  counters.count("muted");
  counters.count("muted");

  EXPECT_EQ(counters.counts().at("muted"), 2u);
}

}  // namespace
}  // namespace hearth::server
