// The loop of the JSON face: parse, remember the id, answer.
#include "client/console/json_face.h"

#include <algorithm>

#include "client/console/audit_file.h"
#include "client/console/card.h"
#include "client/console/spoken.h"
#include "client/console/words.h"

namespace hearth::client {
namespace {

constexpr std::pair<std::string_view, VaultAsk::What> kVaultCommands[] = {
    {"vault_create", VaultAsk::What::create},
    {"vault_open", VaultAsk::What::open},
    {"vault_lock", VaultAsk::What::lock},
};

Step shown(const json::Value& object) { return Step::say(json::to_text(object)); }

Step refused(const std::string& what, const json::Value* id) {
  json::Value event = json::object({{"event", "error"}, {"line", what}});
  if (id) event.set("id", *id);
  return shown(event);
}

}  // namespace

std::uint64_t JsonFace::remember(const json::Value& id) {
  if (ids_.size() == kIdsMax) {
    ids_.pop_front();
    ++first_tag_;
  }
  ids_.push_back(id);
  return first_tag_ + ids_.size() - 1;
}

Step JsonFace::on_line(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  const auto object = json::parse(line);
  if (!object) return refused("not JSON: " + std::string(object.error().name), nullptr);
  const json::Value* const id = object->find("id");
  if (const json::Value* const name = object->find("cmd"); name && *name == json::Value("card")) {
    return card(*object, id);
  }
  if (const json::Value* const name = object->find("cmd"); name && name->is_string()) {
    const auto asked = std::ranges::find(kVaultCommands, name->as_string(),
                                         &std::pair<std::string_view, VaultAsk::What>::first);
    if (asked != std::end(kVaultCommands)) return vault(asked->second, *object, id);
  }
  auto body = command_of(*object);
  if (!body) return refused(body.error(), id);
  if (std::holds_alternative<Quit>(*body)) return {.text = {}, .commands = {}, .quit = true};
  return Step::tell(*std::move(body), id ? remember(*id) : 0);
}

Step JsonFace::on_long_line() { return refused("the line is too long", nullptr); }

Step JsonFace::on_end_of_input() { return {.text = {}, .commands = {}, .quit = true}; }

Step JsonFace::on_event(const Event& event, std::uint64_t tag) {
  if (const auto* const audit = std::get_if<AuditReady>(&event)) {
    return Step::write({audit->path, audit_text(audit->list), kAuditFile, tag});
  }
  if (const auto* const made = std::get_if<Invitation>(&event)) invitation_ = *made;
  json::Value object = json_of(event);
  if (const NameWarning warning = names_.on_event(event); !warning.empty()) {
    if (!warning.looks_like.empty()) object.set("looks_like", warning.looks_like);
    if (warning.hidden) object.set("hidden_characters", true);
    object.set("line", line_of(event) + " " + warning.sentence());
  }
  return shown(answering(std::move(object), tag));
}

json::Value JsonFace::answering(json::Value object, std::uint64_t tag) const {
  if (tag >= first_tag_ && tag - first_tag_ < ids_.size()) {
    object.set("id", ids_[static_cast<std::size_t>(tag - first_tag_)]);
  }
  return object;
}

Step JsonFace::card(const json::Value& object, const json::Value* id) {
  const json::Value* const path = object.find("path");
  const json::Value* const title = object.find("title");
  if (!path || !path->is_string()) return refused("\"path\" is missing", id);
  if (title && !title->is_bool()) return refused("\"title\" must be true or false", id);
  if (!invitation_) return refused(std::string(kNoInvitation), id);
  const bool titled = title && title->as_bool();
  return Step::write({path->as_string(), card_page(card_of(*invitation_, titled)), kCardFile,
                      id ? remember(*id) : 0});
}

Step JsonFace::vault(VaultAsk::What what, const json::Value& object, const json::Value* id) {
  Step step;
  step.vault = VaultAsk{what};
  if (what != VaultAsk::What::lock) {
    const json::Value* const path = object.find("path");
    const json::Value* const passphrase = object.find("passphrase");
    if (!path || !path->is_string()) return refused("\"path\" is missing", id);
    if (!passphrase || !passphrase->is_string()) return refused("\"passphrase\" is missing", id);
    step.vault->path = path->as_string();
    step.vault->passphrase = SecretBytes(view_of(passphrase->as_string()));
  }
  step.vault->tag = id ? remember(*id) : 0;
  return step;
}

Step JsonFace::on_vault(const VaultNews& news) {
  constexpr std::string_view kStates[] = {"created", "opened", "locked"};
  json::Value object;
  if (news.what == VaultNews::What::failed) {
    object = json::object({{"event", "refused"}, {"reason", news.reason}});
  } else {
    const std::string_view state = kStates[static_cast<std::size_t>(news.what)];
    object = json::object({{"event", "vault"}, {"state", state}});
  }
  if (news.what == VaultNews::What::locked) {
    object.set("by_itself", news.by_itself);
    invitation_.reset();
    names_ = {};
  }
  object.set("line", line_of(news));
  return shown(answering(std::move(object), news.tag));
}

Step JsonFace::on_file(const NewFile& file, const std::string& problem) {
  json::Value object =
      problem.empty()
          ? json::object({{"event", "written"}, {"what", file.kind}, {"path", file.path}})
          : json::object({{"event", "refused"}, {"reason", "not_written"}});
  object.set("line", line_of(file, problem));
  return shown(answering(std::move(object), file.tag));
}

Step JsonFace::on_trouble(Ending ending) {
  return shown(
      json::object({{"event", "trouble"}, {"reason", name_of(ending)}, {"line", line_of(ending)}}));
}

Step JsonFace::on_sealed_entry(const room::LogRecord& record) {
  json::Value object = json::object({{"event", "sealed_entry"},
                                     {"seq", record.seq.value},
                                     {"kind", name_of(record.kind)},
                                     {"generation", record.generation},
                                     {"body_hash", to_hex(record.body_hash())}});
  if (const Bytes* const body = record.body()) object.set("body", to_hex(*body));
  return shown(object);
}

}  // namespace hearth::client
