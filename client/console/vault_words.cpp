// What became of a vault, in words with the next step in them.
#include "client/console/words.h"

namespace hearth::client {
namespace {

constexpr std::pair<std::string_view, std::string_view> kReasons[] = {
    {"vault_not_opened",
     "This passphrase does not open the file. Try again; capitals and spaces count. If you are "
     "sure "
     "of it, the file is damaged or is no vault: go to the room by its link and make a new one."},
    {"vault_missing",
     "There is no such file, or you may not read and write it. Check the name and the folder."},
    {"vault_busy", "Another hearth has this vault open. End that one first, or go on there."},
    {"vault_exists",
     "There is a file of that name already, and nothing is written over it. hearth open --vault "
     "FILE opens a vault; for a new one choose another name."},
    {"vault_unwritable",
     "The vault cannot be written. Is the disk full, or the folder not yours? Nothing that depends "
     "on it was sent. The file opens with what it held before: make room, then hearth open."},
    {"vault_full", "This stay is too large for a vault."},
    {"passphrase_short", "A passphrase has at least 8 characters; a short sentence is better."},
    {"memory_missing",
     "A vault needs 256 MiB of memory for a moment, and there is not so much free. Close something "
     "and try again."},
    {"vault_empty",
     "The passphrase is right, but nothing was kept in this vault yet. Delete the file, and go to "
     "the room by its link: hearth join --vault FILE."},
    {"vault_in_use", "This hearth has a stay already. End it first."},
    {"vault_none", "There is no vault here. /vault FILE makes one."},
    {"kept_invalid",
     "The passphrase is right, but this hearth does not understand what is in the vault: another "
     "version wrote it. Open it with that version."},
    {"kept_over",
     "The stay in this vault has ended: you left, were removed or were not let in. Nothing is left "
     "in it. Delete the file; a new invitation begins a new stay."},
};

}  // namespace

std::string line_of(const VaultNews& news) {
  switch (news.what) {
    case VaultNews::What::created:
      return "The vault is made. What this stay needs is kept in it from here on; words that "
             "others "
             "say are not. Without the passphrase nobody opens it, you neither.";
    case VaultNews::What::opened: return "The vault is open. You go on with the stay in it.";
    case VaultNews::What::locked:
      return news.by_itself ? "Locked, since nothing was typed for a while." : "Locked.";
    case VaultNews::What::failed: break;
  }
  for (const auto& [reason, sentence] : kReasons) {
    if (reason == news.reason) return std::string(sentence);
  }
  return "The vault cannot be used (" + std::string(news.reason) + ").";
}

}  // namespace hearth::client
