// The contract of RoomLog, run against each way to keep a log.
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "server/log/memory/memory_log.h"
#include "server/log/sqlite/sqlite_log.h"
#include "tests/contract/room_log_contract.h"

namespace hearth::server::contract {

namespace {

struct MemoryMaker final : LogMaker {
  std::unique_ptr<RoomLog> open() override { return std::make_unique<MemoryLog>(); }
  bool outlives_process() const override { return false; }
};

class Folder final {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "hearth-log-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct SqliteMaker final : LogMaker {
  std::unique_ptr<RoomLog> open() override {
    auto log = SqliteLog::open({folder.path() / "rooms.db", "", true});
    EXPECT_TRUE(log);
    return std::move(*log);
  }
  bool outlives_process() const override { return true; }
  Folder folder;
};

template <class Maker>
std::unique_ptr<LogMaker> make() {
  return std::make_unique<Maker>();
}

std::string name_of(const testing::TestParamInfo<MakeLogMaker>& info) {
  return info.index == 0 ? "memory" : "sqlite";
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Logs, RoomLogContract,
                         testing::Values(make<MemoryMaker>, make<SqliteMaker>), name_of);

TEST(SqliteLog, RefusesAFileThatIsNotOurs) {
  const Folder folder;
  const auto file = folder.path() / "other.db";
  const int descriptor = open(file.c_str(), O_CREAT | O_WRONLY, 0600);
  ASSERT_GE(write(descriptor, "this is no database, just words", 31), 0);
  close(descriptor);

  EXPECT_FALSE(SqliteLog::open({file, "", true}));
}

TEST(SqliteLog, SaysThatSomebodyElseHasItsFile) {
  const Folder folder;
  const auto first = SqliteLog::open({folder.path() / "rooms.db", "", true});
  ASSERT_TRUE(first);

  const auto second = SqliteLog::open({folder.path() / "rooms.db", "", true});

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), make_error(LogErrc::in_use));
}

TEST(SqliteLog, LeavesNothingOfADroppedBodyInItsFiles) {
  const Folder folder;
  const std::string words = "words that shall not be found again";
  {
    auto log = SqliteLog::open({folder.path() / "rooms.db", "", true});
    ASSERT_TRUE(log);
    const room::RoomId room{Bytes16{1}};
    const auto ok = [](Status status) { EXPECT_TRUE(status); };
    (*log)->create(room, {}, {}, ok);
    LogBatch batch;
    batch.room = room;
    for (std::uint32_t i = 1; i <= 20; ++i) {
      Bytes body(4096, Byte{'.'});
      std::ranges::copy(view_of(words), body.begin() + i);
      batch.rows.push_back(
          {room::LogRecord::of({room::Seq::at(0, i), room::EntryKind::app, 1, body}), {}});
    }
    (*log)->commit(batch, ok);
    (*log)->expire({room, room::EntryKind::app, instant_from_unix(1'790'000'000), std::nullopt},
                   [](Result<std::size_t> dropped) { EXPECT_EQ(dropped, 20u); });
  }

  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    const int descriptor = open(file.path().c_str(), O_RDONLY);
    std::string content(file.file_size(), '\0');
    ASSERT_EQ(read(descriptor, content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    close(descriptor);
    EXPECT_EQ(content.find(words), std::string::npos) << file.path();
  }
}

}  // namespace hearth::server::contract
