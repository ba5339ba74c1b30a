// What an operator may set, and nothing that would weaken a promise to the people in the rooms.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "protocol/error.h"
#include "server/ops/trace.h"

namespace hearth::server {

enum class StorageKind : std::uint8_t { sqlite, memory };

// Defaults are what runs when there is no file. deploy/config/hearthd.toml comments every key.
struct Config {
  std::string listen = "127.0.0.1:8460";
  std::filesystem::path certificate;  // Empty, like the key: a plain listener.
  std::filesystem::path private_key;
  StorageKind storage = StorageKind::sqlite;
  std::filesystem::path folder = "hearth-data";  // Database and identity key.
  TraceLevel trace = TraceLevel::info;

  bool tls() const noexcept { return !certificate.empty(); }
};

// Reads a TOML file. An error is a sentence that names file, line, key and what to do; unknown keys
// are errors, because a misspelt one would be a setting that silently is not.
std::expected<Config, std::string> load_config(const std::filesystem::path& file);

}  // namespace hearth::server
