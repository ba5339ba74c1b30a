// refused-*: what must not be taken, each case with the name of its error.
#include "protocol/mls/tree/tree.h"
#include "protocol/mls/tree/tree_validation.h"
#include "tests/mls/vectors/passive_client.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

// The error that a structure's decoder answers with; nothing where there is no such structure.
template <class T>
Status decode_as(ByteView bytes) {
  const auto decoded = decode_exact<T>(bytes);
  if (!decoded) return hearth::fail(decoded.error());
  return {};
}

struct Structure {
  std::string_view name;
  Status (*decode)(ByteView bytes);
};
constexpr Structure kStructures[] = {
    {"MLSMessage", decode_as<MlsMessage>},
    {"KeyPackage", decode_as<KeyPackage>},
    {"LeafNode", decode_as<LeafNode>},
    {"Proposal", decode_as<Proposal>},
    {"Commit", decode_as<Commit>},
    {"GroupSecrets", decode_as<GroupSecrets>},
    {"ratchet_tree",
     [](ByteView bytes) -> Status {
       const auto tree = decode_wire_tree(bytes);
       if (!tree) return hearth::fail(tree.error());
       return {};
     }},
};

void read_why(Fields& fields) { fields.check(!fields.text("why").empty(), "why: empty"); }

void run_structure(Fields& fields) {
  read_why(fields);
  const std::string name = fields.text("structure");
  const Bytes bytes = fields.bytes("bytes");
  const std::string error = fields.text("error");
  if (fields.failed()) return;
  for (const Structure& structure : kStructures) {
    if (structure.name == name) return fields.refused(structure.decode(bytes), error, "bytes");
  }
  fields.check(false, "structure: unknown");
}

void run_key_package(Fields& fields) {
  read_why(fields);
  const auto key_package = decode_exact<KeyPackage>(fields.bytes("key_package"));
  const std::uint64_t now = fields.number("now");
  const std::string error = fields.text("error");
  if (!fields.ok(key_package, "key_package")) return;
  fields.refused(validate_key_package(*key_package, LifetimeCheck{.now = now, .length_max = 0}),
                 error, "key_package");
}

void run_tree(Fields& fields) {
  read_why(fields);
  const CipherSuite suite = fields.suite();
  const Bytes bytes = fields.bytes("tree");
  const std::string error = fields.text("error");
  if (fields.failed()) return;
  const auto tree = RatchetTree::decode(bytes);
  if (!tree) return fields.refused(tree, error, "tree");
  fields.refused(validate_tree(*tree, suite), error, "tree");
}

void run_welcome(Fields& fields) {
  read_why(fields);
  const std::string error = fields.text("error");
  const Listener listener(fields);
  if (!fields.failed()) fields.refused(listener.join(), error, "join");
}

// The message is refused, as invalid for all or as a commit that cannot be followed; after it the
// member stands where it stood, and takes the genuine message if there is one.
void run_message(Fields& fields) {
  read_why(fields);
  const Bytes message = fields.bytes("message");
  const std::string error = fields.text("error");
  const std::string verdict_name = fields.text("verdict");
  const std::optional<Bytes> genuine = fields.bytes_or_null("genuine");
  const Listener listener(fields);
  if (fields.failed()) return;
  std::optional<Group> group = listener.join(fields);
  if (!group) return;
  fields.for_each("epochs", [&](Fields& epoch) { follow(epoch, *group); });
  if (fields.failed()) return;

  const Epoch before = group->epoch();
  const auto received = group->process(message);
  const bool is_fault = verdict(received) == Verdict::fault;
  if (is_fault) {
    const Error reason = std::get<Fault>(*received).reason;
    fields.check(reason.name == error, "message: a fault by " + std::string(reason.name));
  } else {
    fields.refused(received, error, "message");
  }
  fields.check(verdict_name == (is_fault ? "fault" : "skipped"), "verdict: differs");
  fields.check(group->epoch() == before && group->active(), "the refusal has changed the group");
  if (!genuine || fields.failed()) return;
  const auto taken = group->process(*genuine);
  if (fields.ok(taken, "genuine")) {
    fields.check(verdict(taken) == Verdict::valid, "genuine: a fault");
  }
}

// A bit flipped in what is wrong leaves it wrong, often for the same reason.
constexpr std::string_view kProse = "prose for the reader";
constexpr std::string_view kWrong = "it is wrong as it stands";
constexpr std::string_view kClamped = "X25519 overwrites five bits of a private key";
constexpr Exemption kStructureExempt[] = {
    {"why", kProse, nullptr}, {"structure", kWrong, nullptr}, {"bytes", kWrong, nullptr}};
constexpr Exemption kKeyPackageExempt[] = {
    {"why", kProse, nullptr}, {"key_package", kWrong, nullptr}, {"now", kWrong, nullptr}};
constexpr Exemption kTreeExempt[] = {
    {"why", kProse, nullptr}, {"tree", kWrong, nullptr}, {"cipher_suite", kWrong, nullptr}};
constexpr Exemption kWelcomeExempt[] = {{"why", kProse, nullptr},
                                        {"welcome", kWrong, nullptr},
                                        {"key_package", kWrong, nullptr},
                                        {"init_priv", kClamped, is_clamped_bit},
                                        {"encryption_priv", kClamped, is_clamped_bit}};
constexpr Exemption kMessageExempt[] = {
    {"why", kProse, nullptr},
    {"message", kWrong, nullptr},
    {"welcome", "secrets sealed for other newcomers", is_for_others},
    {"init_priv", kClamped, is_clamped_bit},
    {"encryption_priv", kClamped, is_clamped_bit}};

}  // namespace

Kind refused_structures() { return {"refused-structures", run_structure, kStructureExempt}; }
Kind refused_key_packages() { return {"refused-key-packages", run_key_package, kKeyPackageExempt}; }
Kind refused_trees() { return {"refused-trees", run_tree, kTreeExempt}; }
Kind refused_welcomes() { return {"refused-welcomes", run_welcome, kWelcomeExempt}; }
Kind refused_messages() { return {"refused-messages", run_message, kMessageExempt}; }

}  // namespace hearth::mls::vectors
