// Reading the configuration; the only file that knows toml++.
#include "server/ops/config.h"

#include <charconv>
#include <functional>
#include <map>
#include <sstream>

#include <toml++/toml.h>

namespace hearth::server {

namespace {

using Problem = std::optional<std::string>;
using Setter = std::function<Problem(const std::string& value)>;

Problem one_of(const std::string& allowed) { return "must be one of: " + allowed; }

bool ends_with_port(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return false;
  const char* const end = address.data() + address.size();
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(address.data() + colon + 1, end, port);
  return error == std::errc{} && rest == end;
}

std::map<std::string, Setter> setters(Config& config) {
  return {
      {"listen.address",
       [&](const std::string& v) -> Problem {
         if (!ends_with_port(v)) return "must be host:port, for example 0.0.0.0:8460";
         config.listen = v;
         return {};
       }},
      {"tls.certificate",
       [&](const std::string& v) -> Problem {
         config.certificate = v;
         return {};
       }},
      {"tls.private_key",
       [&](const std::string& v) -> Problem {
         config.private_key = v;
         return {};
       }},
      {"storage.kind",
       [&](const std::string& v) -> Problem {
         if (v != "sqlite" && v != "memory") return one_of("sqlite, memory");
         config.storage = v == "sqlite" ? StorageKind::sqlite : StorageKind::memory;
         return {};
       }},
      {"storage.folder",
       [&](const std::string& v) -> Problem {
         if (v.empty()) return "must name a folder";
         config.folder = v;
         return {};
       }},
      {"trace.level",
       [&](const std::string& v) -> Problem {
         if (v == "debug")
           config.trace = TraceLevel::debug;
         else if (v == "info")
           config.trace = TraceLevel::info;
         else if (v == "error")
           config.trace = TraceLevel::error;
         else
           return one_of("debug, info, error");
         return {};
       }},
  };
}

std::string at(const std::filesystem::path& file, const toml::source_region& source) {
  return file.string() + ":" + std::to_string(source.begin.line) + ": ";
}

}  // namespace

std::expected<Config, std::string> load_config(const std::filesystem::path& file) {
  std::error_code ignored;
  // Read as a file, a folder would be an empty configuration: every default, and nobody told.
  if (std::filesystem::is_directory(file, ignored))
    return std::unexpected(file.string() + ": is a folder; name the file in it");
  toml::table parsed;
  try {
    parsed = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {  // Debian's library reports in no other way.
    return std::unexpected(at(file, error.source()) + std::string(error.description()));
  }
  Config config;
  const auto known = setters(config);
  for (const auto& [section, node] : parsed) {
    const toml::table* table = node.as_table();
    if (!table)
      return std::unexpected(at(file, node.source()) + "\"" + std::string(section.str()) +
                             "\" must be a section: [" + std::string(section.str()) + "]");
    for (const auto& [key, value] : *table) {
      const std::string name = std::string(section.str()) + "." + std::string(key.str());
      const auto setter = known.find(name);
      if (setter == known.end())
        return std::unexpected(at(file, value.source()) + "unknown key " + name +
                               "; see deploy/config/hearthd.toml for those that exist");
      const auto text = value.value<std::string>();
      if (!text) return std::unexpected(at(file, value.source()) + name + " must be a string");
      if (const Problem problem = setter->second(*text))
        return std::unexpected(at(file, value.source()) + name + " " + *problem);
    }
  }
  if (config.certificate.empty() != config.private_key.empty())
    return std::unexpected(file.string() +
                           ": tls.certificate and tls.private_key go together: set both or none");
  return config;
}

}  // namespace hearth::server
