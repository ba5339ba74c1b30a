// What runs a vector file: kinds of files, and the fields of each that no verifier can check.
#pragma once

#include <optional>
#include <span>

#include "protocol/mls/messages/group_info.h"
#include "tests/mls/vectors/fields.h"

namespace hearth::mls::vectors {

// One bit of one field of a case, turned over.
struct Flip {
  std::string field;     // Without positions: "epochs[].proposals[]".
  std::string path;      // With them: "epochs[3].proposals[0]".
  std::size_t item = 0;  // The first position in the path.
  std::size_t bit = 0;   // Bit 0 is the lowest of the first byte.
};

// A field, or a part of one, whose change no implementation can notice.
struct Exemption {
  std::string_view field;  // As Flip::field.
  std::string_view why;
  // Which flips are meant; null means all. Both cases are whole: as it was, and flipped.
  bool (*applies)(const json::Value& original, const json::Value& flipped, const Flip& flip);
};

struct Kind {
  std::string_view name;  // Of the file without .json; a '*' at the end stands for anything.
  // Reads every field of the case and says what is wrong with it.
  void (*run)(Fields& fields);
  std::span<const Exemption> exemptions = {};
};

std::span<const Kind> kinds();
const Kind* find_kind(std::string_view file_name);  // "treekem.json"; null when unknown.

// What is wrong with the case; nothing if it passes.
std::optional<std::string> run_case(const Kind& kind, const json::Value& test_case);

// The five bits of an X25519 private key that RFC 7748 §5 overwrites before use.
bool is_clamped_bit(const json::Value& original, const json::Value& flipped, const Flip& flip);

// The body of the MLSMessage in the field, which must be of the kind `Body` and encode to the same
// bytes; nothing, and a failed field, if it is not.
template <class Body>
std::optional<Body> message_body(Fields& fields, std::string_view name) {
  auto message = decode_exact<MlsMessage>(fields.bytes(name));
  if (!fields.ok(message, name)) return std::nullopt;
  fields.same(name, encoded(*message));
  auto* body = std::get_if<Body>(&message->body);
  if (!fields.check(body != nullptr, std::string(name) + ": another kind of message")) {
    return std::nullopt;
  }
  return std::move(*body);
}

// --- The kinds, one source file each -------------------------------------------------------------
Kind crypto_basics();
Kind deserialization();
Kind key_schedule();
Kind message_protection();
Kind messages();
Kind psk_secret();
Kind secret_tree();
Kind transcript_hashes();
Kind tree_math();
Kind tree_operations();
Kind tree_validation();
Kind treekem();
Kind varint_invalid();
Kind welcome();
// Members that only listen; the same fields whoever recorded the history.
Kind passive_client(std::string_view name);
// What must be refused, each with the name of the error; of our own making.
Kind refused_structures();
Kind refused_key_packages();
Kind refused_trees();
Kind refused_welcomes();
Kind refused_messages();

}  // namespace hearth::mls::vectors
