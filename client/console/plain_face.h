// Plain lines: the face for people, screen readers and pipes.
#pragma once

#include <deque>
#include <optional>

#include "client/console/face.h"
#include "client/console/names.h"

namespace hearth::client {

struct PlainOptions {
  std::string vault{};  // The file of the vault, where there is to be one.
  bool clears = false;  // A terminal: when the vault is locked, nothing stays on the screen.
  bool qr = false;      // Invitations are also drawn: for a terminal, not for a screen reader.
  // Whoever is typing when others end the stay types on: that line ends here, not in a shell, which
  // would run it and keep it in its history.
  bool takes_last_line = false;
};

// Goes on with the stay in the vault.
struct OpenVault {};

// What is typed is said; a line that begins with a slash is a command. Every change is one short
// line. Questions that are open at the start (link, name, title) are asked one by one; the link is
// a secret and never comes from the command line.
class PlainFace final : public Face {
 public:
  // Founds a room. An empty title or name is asked for.
  explicit PlainFace(CreateRoom room, PlainOptions options = {});
  // Goes to a door. The link is asked for, and the name where it is empty.
  explicit PlainFace(KnockAtDoor knock, PlainOptions options = {});
  // Asks for the passphrase of `options.vault`.
  PlainFace(OpenVault, PlainOptions options);

  Step begin() override;
  Step on_line(std::string_view line) override;
  Step on_long_line() override;
  Step on_end_of_input() override { return {.text = {}, .commands = {}, .quit = true}; }
  Step on_event(const Event& event, std::uint64_t tag) override;
  Step on_trouble(Ending ending) override;
  Step on_file(const NewFile& file, const std::string& problem) override;
  Step on_vault(const VaultNews& news) override;
  bool ends_with_core() const noexcept override { return !awaits_last_line_; }

 private:
  enum class Question : std::uint8_t {
    passphrase,      // Of a vault that there is...
    new_passphrase,  // ...and of a new one, twice.
    passphrase_again,
    title,
    link,
    name,
    accept,
  };

  std::string& answer_to(Question question);
  Step ask();
  Step ask_again(std::string_view reason, Step step);
  Step on_answer(std::string_view line);
  Step on_command(std::string_view line);
  Step report(std::string_view rest);
  Step card(std::string_view rest) const;
  Step vault(std::string_view path);
  Step hide() const;
  Step on_passphrase(Question asked, std::string_view line);
  void forget();

  // Whose messages were shown lately, so that /report needs no numbers.
  static constexpr std::size_t kSaidMax = 512;
  struct Said {
    std::string name;
    room::Seq seq;
  };

  CreateRoom room_;
  KnockAtDoor knock_;
  bool founding_;
  PlainOptions options_;
  NameWatch names_;
  std::optional<Invitation> invitation_;  // The newest, for a card.
  std::deque<Question> questions_;
  std::optional<Ending> trouble_;  // Said already; it is not said again at every attempt.
  std::deque<Said> said_;
  SecretBytes passphrase_;  // Typed once.
  bool has_vault_ = false;
  bool opening_ = false;   // There is a vault, and its passphrase is asked for.
  bool begun_ = false;     // The first command was given, or a vault opened.
  bool answered_ = false;  // Something came of the first command.
  bool entered_ = false;
  bool awaits_last_line_ = false;
};

}  // namespace hearth::client
