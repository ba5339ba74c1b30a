// The instrument itself: two peers of one process talk through its lines.
#include "tests/mls/peer/peer.h"

#include <gtest/gtest.h>

namespace hearth::mls::peer {
namespace {

// A peer whose every request is written as JSON by hand.
class Speaker final {
 public:
  explicit Speaker(std::string_view init) { EXPECT_TRUE(ask(init).find("ok")->as_bool()); }

  json::Value ask(std::string_view line) { return *json::parse(peer_.answer(line)); }
  // The field `name` of a reply that must be ok.
  std::string get(std::string_view name, std::string_view line) {
    const json::Value reply = ask(line);
    EXPECT_TRUE(reply.find("ok")->as_bool()) << json::to_text(reply);
    const json::Value* field = reply.find(name);
    return field == nullptr ? "" : field->is_string() ? field->as_string() : json::to_text(*field);
  }
  std::string error(std::string_view line) {
    const json::Value reply = ask(line);
    EXPECT_FALSE(reply.find("ok")->as_bool()) << json::to_text(reply);
    const json::Value* field = reply.find("error");
    return field == nullptr ? "" : field->as_string();
  }

 private:
  crypto::SystemRandom random_;
  Peer peer_{random_};
};

std::string line(std::string_view op, std::string_view name, const std::string& value) {
  return "{\"op\":\"" + std::string(op) + "\",\"" + std::string(name) + "\":\"" + value + "\"}";
}

// Alice founds a group and adds Bob.
void meet(Speaker& alice, Speaker& bob) {
  alice.ask(R"({"op":"create_group","group_id":"aabb"})");
  const std::string key_package = bob.get("key_package", R"({"op":"key_package"})");
  const std::string welcome = alice.get("welcome", line("add", "key_package", key_package));
  EXPECT_EQ(bob.get("group_id", line("join", "welcome", welcome)), "aabb");
}

constexpr std::string_view kAlice = R"({"op":"init","suite":3,"name":"alice"})";
constexpr std::string_view kBob = R"({"op":"init","suite":3,"name":"bob"})";
constexpr std::string_view kState = R"({"op":"state"})";

TEST(Peer, TalksToAnother) {
  Speaker alice(kAlice);
  Speaker bob(kBob);
  meet(alice, bob);

  const std::string said = alice.get("message", R"({"op":"protect","plaintext":"6869"})");
  const json::Value heard = bob.ask(line("handle", "message", said));

  EXPECT_EQ(heard.find("plaintext")->as_string(), "6869");
  EXPECT_EQ(heard.find("sender")->as_u64(), 0u);
  EXPECT_EQ(heard.find("sender_identity")->as_string(), to_hex(view_of("alice")));
  EXPECT_EQ(alice.get("epoch_authenticator", kState), bob.get("epoch_authenticator", kState));
}

TEST(Peer, ProposesUpdatesAndRemovesByReference) {
  Speaker alice(kAlice);
  Speaker bob(kBob);
  meet(alice, bob);

  const std::string update =
      bob.get("message", R"({"op":"propose","proposal":{"type":"update"},"handshake":"public"})");
  EXPECT_EQ(alice.get("kind", line("handle", "message", update)), "proposal");
  const std::string commit = alice.get("commit", R"({"op":"commit"})");
  EXPECT_EQ(bob.get("active", line("handle", "message", commit)), "true");
  EXPECT_EQ(alice.get("tree_hash", kState), bob.get("tree_hash", kState));

  const std::string remove =
      bob.get("message", R"({"op":"propose","proposal":{"type":"remove","leaf":1}})");
  alice.ask(line("handle", "message", remove));
  const std::string last = alice.get("commit", R"({"op":"commit"})");
  EXPECT_EQ(bob.get("active", line("handle", "message", last)), "false");
}

TEST(Peer, RejectsWhenAskedTo) {
  Speaker alice(kAlice);
  Speaker bob(kBob);
  meet(alice, bob);

  const std::string commit = alice.get("commit", R"({"op":"update","handshake":"public"})");
  EXPECT_EQ(bob.get("kind", R"({"op":"handle","reject":true,"message":")" + commit + "\"}"),
            "rejected");
  EXPECT_EQ(bob.get("epoch", kState), "1");
  EXPECT_EQ(bob.get("kind", line("handle", "message", commit)), "commit");
  EXPECT_EQ(bob.get("epoch", kState), "2");
}

TEST(Peer, IsRefusedWhenItsTagsAreFalse) {
  for (const std::string handshake : {"public", "private"}) {
    Speaker alice(R"({"op":"init","suite":1,"name":"alice","fault":"confirmation_tag"})");
    Speaker bob(R"({"op":"init","suite":1,"name":"bob"})");
    meet(alice, bob);

    const std::string commit =
        alice.get("commit", R"({"op":"update","handshake":")" + handshake + "\"}");
    EXPECT_EQ(bob.error(line("handle", "message", commit)), "confirmation_tag_invalid");
  }
}

TEST(Peer, SavesAndLoads) {
  Speaker alice(kAlice);
  Speaker bob(kBob);
  meet(alice, bob);

  alice.ask(line("load", "state", alice.get("state", R"({"op":"save"})")));
  const std::string said = alice.get("message", R"({"op":"protect","plaintext":""})");
  EXPECT_EQ(bob.get("kind", line("handle", "message", said)), "application");
}

TEST(Peer, SaysWhatItDoesNotUnderstand) {
  Speaker alice(kAlice);

  EXPECT_EQ(alice.error("nonsense"), "not_json");
  EXPECT_EQ(alice.error(R"({"op":"dance"})"), "operation_unknown");
  EXPECT_EQ(alice.error(R"({"op":"state"})"), "group_unknown");
  EXPECT_EQ(alice.error(R"({"op":"psk","id":"xy"})"), "field_invalid");
  EXPECT_EQ(alice.error(R"({"op":"join","welcome":"00"})"), "truncated");
}

}  // namespace
}  // namespace hearth::mls::peer
