// The vault in the plain face: passphrases asked for, the screen cleared.
#include "client/console/plain_face.h"
#include "client/console/spoken.h"
#include "client/console/words.h"

namespace hearth::client {

Step PlainFace::vault(std::string_view path) {
  if (has_vault_) return Step::say("This stay is kept in " + neutral(options_.vault) + " already.");
  if (path.empty()) {
    return Step::say("Write /vault and the name of a new file: /vault my.vault");
  }
  options_.vault = std::string(path);
  questions_.push_back(Question::new_passphrase);
  return ask();
}

Step PlainFace::hide() const {
  if (!has_vault_) return Step::say(line_of(VaultNews{VaultNews::What::failed, kVaultNone}));
  Step step;
  step.vault = VaultAsk{VaultAsk::What::lock};
  return step;
}

Step PlainFace::on_passphrase(Question asked, std::string_view line) {
  if (line.empty()) return ask();
  Step step;
  SecretBytes typed(view_of(line));
  if (asked == Question::new_passphrase) {
    passphrase_ = std::move(typed);
    questions_.front() = Question::passphrase_again;
    return ask();
  }
  questions_.pop_front();
  if (asked == Question::passphrase) {
    step.vault = VaultAsk{VaultAsk::What::open, options_.vault, std::move(typed)};
    return step;
  }
  const SecretBytes first = std::exchange(passphrase_, {});
  if (!equal_constant_time(first.view(), typed.view())) {
    questions_.push_front(Question::new_passphrase);
    Step again = ask();
    again.text = "The two are not the same. Nothing was made.\n" + again.text;
    return again;
  }
  step.vault = VaultAsk{VaultAsk::What::create, options_.vault, std::move(typed)};
  return step;
}

Step PlainFace::on_vault(const VaultNews& news) {
  const auto then_ask = [&](std::string text) {
    Step step = ask();
    step.text = text + line_of(news) + "\n" + step.text;
    return step;
  };
  switch (news.what) {
    case VaultNews::What::created:
      has_vault_ = true;
      return begun_ ? Step::say(line_of(news)) : then_ask({});
    case VaultNews::What::opened:
      has_vault_ = begun_ = true;
      opening_ = false;
      return Step::say(line_of(news));
    case VaultNews::What::locked:
      forget();
      has_vault_ = false;
      opening_ = true;
      questions_.push_back(Question::passphrase);
      // The screen, and what a terminal keeps above it.
      return then_ask(options_.clears ? "\033[2J\033[3J\033[H" : "");
    case VaultNews::What::failed: break;
  }
  const bool mistyped = news.reason == "vault_not_opened" || news.reason == "passphrase_short" ||
                        news.reason == "memory_missing";
  if (!has_vault_ && (mistyped || (opening_ && begun_))) {
    questions_.push_front(opening_ ? Question::passphrase : Question::new_passphrase);
    return then_ask({});
  }
  Step step = Step::say(line_of(news));
  step.quit = !begun_;
  return step;
}

// What was shown here before the vault was locked.
void PlainFace::forget() {
  if (invitation_) wipe(invitation_->link.data(), invitation_->link.size());
  invitation_.reset();
  questions_.clear();
  names_ = {};
  said_.clear();
  room_ = {};
  knock_ = {};
}

}  // namespace hearth::client
