// The command line of hearthd; the only file of the server that knows CLI11.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "server/hearthd/server.h"

namespace hearth::server {

int hearthd_main(int argc, char** argv, const OpenLog& open) {
  CLI::App app{
      "hearthd, the Hearth meeting server: it orders, keeps and hands on what it cannot read.\n"
      "Without --config it listens on 127.0.0.1:8460 and keeps its rooms in ./hearth-data."};
  app.set_version_flag("--version", "hearthd 0.1.0");
  std::string file;
  bool check_only = false;
  app.add_option("--config", file,
                 "Configuration in TOML; deploy/config/hearthd.toml shows all keys");
  app.add_flag("--check-config", check_only, "Read the configuration, say what is wrong, and end");
  app.footer(
      "Exit codes: 0 clean, 1 a bug, 2 usage, 3 configuration, 4 cannot listen, 5 storage, "
      "6 identity key, 7 certificate.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  Config config;
  if (!file.empty()) {
    auto loaded = load_config(file);
    if (!loaded) {
      std::fprintf(stderr, "hearthd: %s\n", loaded.error().c_str());
      return static_cast<int>(ExitCode::config_invalid);
    }
    config = std::move(*loaded);
  }
  if (check_only) {
    std::printf("hearthd: the configuration is sound\n");
    return 0;
  }
  try {
    return static_cast<int>(run_server(config, open));
  } catch (const std::exception&) {
    // The text of an exception may hold anything, so it is not written.
    std::fprintf(stderr, "hearthd: ended in a bug\n");
    return static_cast<int>(ExitCode::internal);
  }
}

}  // namespace hearth::server
