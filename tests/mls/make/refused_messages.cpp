// refused-messages: what members who lie say to "lis", with the name of the answer.
#include "tests/mls/make/recorder.h"
#include "tests/support/mls_forger.h"

namespace hearth::mls::make {
namespace {

using namespace test;

class Liars final {
 public:
  explicit Liars(std::uint64_t seed) : recorder_(seed, crypto::kDefaultSuite, {"bo"}) {}

  VectorFile make() {
    lists();
    psks();
    adds();
    frames();
    paths();
    faults();
    outsiders();
    tampered_copies();
    return std::move(file_);
  }

 private:
  Group& bo() { return recorder_.group("bo"); }
  Group& ana() { return recorder_.group("ana"); }
  crypto::RandomSource& random() { return recorder_.random(); }

  void refuse(std::string_view why, const Bytes& message, std::string_view error,
              std::string_view verdict = "skipped",
              const std::optional<Bytes>& genuine = std::nullopt) {
    json::Value made = recorder_.test_case();
    made.set("why", why);
    made.set("message", to_hex(message));
    made.set("genuine", genuine ? json::Value(to_hex(*genuine)) : json::Value());
    made.set("error", error);
    made.set("verdict", verdict);
    file_.cases.push_back(std::move(made));
  }
  void refuse_fault(std::string_view why, const Bytes& message, std::string_view error) {
    refuse(why, message, error, "fault");
  }
  // A commit of these proposals by value, without path.
  Bytes bare(std::vector<Proposal> proposals) {
    return forge(bo(), bare_commit(bo(), by_value(std::move(proposals))), random());
  }
  // bo's honest empty commit, changed and signed anew.
  Bytes changed(const std::function<void(Commit&)>& change) {
    return tampered_commit(bo(), {}, random(), change);
  }
  // An honest message, public, changed after it was signed and tagged.
  Bytes edited(const Bytes& message, const std::function<void(PublicMessage&)>& change) {
    MlsMessage decoded = must(decode_exact<MlsMessage>(message));
    change(std::get<PublicMessage>(decoded.body));
    return encoded(decoded);
  }
  Bytes edited_private(const Bytes& message, const std::function<void(PrivateMessage&)>& change) {
    MlsMessage decoded = must(decode_exact<MlsMessage>(message));
    change(std::get<PrivateMessage>(decoded.body));
    return encoded(decoded);
  }

  void lists() {
    const LeafIndex lis = recorder_.group("lis").own_index();
    refuse("a Remove without a path", bare({Group::remove(lis)}), "path_missing");
    refuse("an empty commit without a path", changed([](Commit& c) { c.path.reset(); }),
           "path_missing");
    refuse("a reference to nothing", forge(bo(), bare_commit(bo(), {{Bytes(32, 7)}}), random()),
           "proposal_unknown_reference");
    refuse("the committer's own Update", bare({changed_update(bo(), random(), [](LeafNode&) {})}),
           "commit_update_by_committer");
    refuse("the committer removes itself", bare({Group::remove(bo().own_index())}),
           "commit_remove_committer");
    refuse("two Removes of one leaf",
           bare({Group::remove(ana().own_index()), Group::remove(ana().own_index())}),
           "commit_duplicate_leaf");
    refuse("a Remove of a leaf that is not there", bare({Group::remove(LeafIndex{3})}),
           "remove_blank_leaf");
    refuse("two GroupContextExtensions",
           bare({Group::context_extensions({}), Group::context_extensions({})}),
           "commit_multiple_context_extensions");
    const ReInit reinit{to_bytes("next"), kProtocolVersion, 3, {}};
    refuse("a ReInit beside another proposal",
           bare({Group::reinit_to(reinit), Group::context_extensions({})}),
           "commit_reinit_not_alone");
    ReInit older = reinit;
    older.version = 0;
    refuse("a ReInit to an older version", bare({Group::reinit_to(older)}), "reinit_version_lower");
    refuse("an ExternalInit by a member", bare({Proposal{ExternalInit{Bytes(32, 9)}}}),
           "commit_external_init_wrong");
    refuse("a proposal type that nobody supports", bare({Group::custom(0xf0aa, view_of("?"))}),
           "proposal_type_unsupported");
    refuse("an extension that nobody supports", changed([](Commit& c) {
             c.proposals.push_back({Group::context_extensions({{0xf0bb, {}}})});
           }),
           "leaf_extension_unsupported");
    refuse("one extension twice", bare({Group::context_extensions({{0xf001, {}}, {0xf001, {}}})}),
           "extension_duplicate");
  }

  void psks() {
    const Proposal psk = Group::external_psk(view_of("p"), random());
    refuse("one PreSharedKeyID twice", bare({psk, psk}), "commit_duplicate_psk");
    Proposal short_nonce = psk;
    std::get<PreSharedKey>(short_nonce.body).psk.psk_nonce.pop_back();
    refuse("a PSK nonce of 31 bytes", bare({short_nonce}), "psk_nonce_invalid");
    Proposal branch = Group::resumption_psk(bo().group_id(), 0, random());
    std::get<ResumptionPskId>(std::get<PreSharedKey>(branch.body).psk.body).usage =
        ResumptionUsage::branch;
    refuse("a PSK that only founds a branch", bare({branch}), "psk_type_forbidden");
  }

  void adds() {
    const KeyPackageBundle eve = recorder_.world().key_package("eve");
    const Proposal add = Group::add(eve.key_package);
    refuse("one client added twice", bare({add, recorder_.world().add_proposal("eve")}),
           "duplicate_signature_key");
    refuse("a client that is there already", bare({recorder_.world().add_proposal("ana")}),
           "member_already_present");
    KeyPackage broken = eve.key_package;
    broken.signature[0] ^= 1;
    refuse("an Add with a false signature", bare({Group::add(broken)}),
           "key_package_signature_invalid");
    refuse("an Add of another cipher suite",
           bare({Group::add(changed_key_package(eve, [](KeyPackage& k) { k.cipher_suite = 1; }))}),
           "suite_mismatch");
    refuse("an Add whose leaf says it is an Update's",
           bare({Group::add(changed_key_package(
               eve, [](KeyPackage& k) { k.leaf_node.source = LeafNodeSource::update; }))}),
           "leaf_source_wrong");
    refuse("an Add whose init key is its leaf key",
           bare({Group::add(changed_key_package(
               eve, [](KeyPackage& k) { k.init_key = k.leaf_node.encryption_key; }))}),
           "key_package_init_key_reused");
    refuse("an Update with the old key",
           forge(bo(),
                 framed_proposal(bo(), changed_update(bo(), random(),
                                                      [&](LeafNode& leaf) {
                                                        leaf.encryption_key =
                                                            bo().own_leaf().encryption_key;
                                                      })),
                 random()),
           "update_key_unchanged");
  }

  void frames() {
    FramedContent content = honest_commit(bo(), {}, random());
    content.epoch += 1;
    refuse("the next epoch", forge(bo(), content, random()), "wrong_epoch");
    content.epoch -= 1;
    content.group_id = to_bytes("other");
    refuse("another group", forge(bo(), content, random()), "wrong_group");
    content.group_id = bo().group_id();
    refuse("signed by somebody else",
           forge(bo(), content, random(), {.key = &ana().own_signature_key()}),
           "signature_invalid");
    content.sender = member_sender(LeafIndex{3});
    refuse("from a blank leaf", forge(bo(), content, random()), "sender_blank");

    const Bytes honest =
        must(bo().stage_commit({.wire_format = WireFormat::public_message}, random())).commit;
    bo().discard_pending();
    refuse("a false membership tag",
           edited(honest, [](PublicMessage& m) { (*m.membership_tag)[5] ^= 1; }),
           "membership_tag_invalid", "skipped", honest);
    refuse("a membership tag cut short",
           edited(honest, [](PublicMessage& m) { m.membership_tag->resize(16); }),
           "membership_tag_invalid", "skipped", honest);
    refuse("no membership tag at all",
           edited(honest, [](PublicMessage& m) { m.membership_tag->clear(); }),
           "membership_tag_invalid", "skipped", honest);
    refuse("a message cut short", Bytes(honest.begin(), honest.end() - 1), "truncated");
    Bytes longer = honest;
    longer.push_back(0);
    refuse("a byte after the message", longer, "trailing_bytes");
    refuse("application data in a PublicMessage",
           edited(honest,
                  [](PublicMessage& m) {
                    m.content.content = to_bytes("hello");
                    m.auth.confirmation_tag.reset();
                  }),
           "content_type_forbidden");
  }

  void paths() {
    refuse("a path with the old leaf key", changed([&](Commit& c) {
             c.path->leaf_node.encryption_key = bo().own_leaf().encryption_key;
           }),
           "update_key_unchanged");
    refuse("a path with somebody's key", changed([&](Commit& c) {
             c.path->nodes[0].encryption_key = ana().own_leaf().encryption_key;
           }),
           "path_key_reused");
    refuse("a path that lacks a node", changed([](Commit& c) { c.path->nodes.pop_back(); }),
           "path_length_wrong");
    refuse("a path with a node too many",
           changed([](Commit& c) { c.path->nodes.push_back(c.path->nodes.back()); }),
           "path_length_wrong");
    refuse("a path node that lacks a ciphertext",
           changed([](Commit& c) { c.path->nodes[0].encrypted_path_secret.pop_back(); }),
           "path_length_wrong");
    refuse("a false parent hash",
           changed([](Commit& c) { c.path->leaf_node.parent_hash.back() ^= 1; }),
           "parent_hash_invalid");
    FramedContent content = honest_commit(bo(), {}, random());
    must(sign(std::get<Commit>(content.content).path->leaf_node, bo().own_signature_key(),
              {bo().group_id(), LeafIndex{0}}));
    refuse("a path leaf signed for another place", forge(bo(), content, random()),
           "leaf_signature_invalid");
  }

  // Valid for all who only see it, but nobody can follow.
  void faults() {
    refuse_fault("a path that does not decrypt", changed([](Commit& c) {
                   for (UpdatePathNode& node : c.path->nodes) {
                     for (HpkeCiphertext& sealed : node.encrypted_path_secret) {
                       sealed.ciphertext.back() ^= 1;
                     }
                   }
                 }),
                 "path_decrypt_failed");
    const FramedContent content =
        bare_commit(bo(), by_value({recorder_.world().add_proposal("fay")}));
    const Bytes right = forged_tag(bo(), content, WireFormat::public_message, {});
    refuse_fault("a false confirmation tag", forge(bo(), content, random()),
                 "confirmation_tag_invalid");
    refuse_fault("half of the right confirmation tag",
                 forge(bo(), content, random(), {.tag = Bytes(right.begin(), right.begin() + 16)}),
                 "confirmation_tag_invalid");
    refuse_fault("an empty confirmation tag", forge(bo(), content, random(), {.tag = Bytes{}}),
                 "confirmation_tag_invalid");
    refuse_fault("a PSK that the listener lacks",
                 bare({Group::external_psk(view_of("unheard of"), random())}), "psk_unknown");
  }

  void outsiders() {
    MlsMember& gus = recorder_.world().person("gus");
    const GroupInfo info = must(ana().group_info({}));
    const auto joined =
        must(Group::external_join(info, std::nullopt, gus.identity, {}, gus.options, random()));
    const auto external = [&](const std::function<void(Commit&)>& change) {
      return tampered_external(joined.commit, ana().context(), gus.identity.signature_key,
                               [&](FramedContent& c) { change(std::get<Commit>(c.content)); });
    };
    refuse("an external commit without a path",
           edited(joined.commit,
                  [](PublicMessage& m) { std::get<Commit>(m.content.content).path.reset(); }),
           "path_missing");
    refuse("an external commit with two ExternalInits",
           external([](Commit& c) { c.proposals.push_back(c.proposals[0]); }),
           "commit_external_init_wrong");
    refuse("an external commit without ExternalInit",
           external([](Commit& c) { c.proposals.clear(); }), "commit_external_init_wrong");
    refuse("an external commit with an Add", external([&](Commit& c) {
             c.proposals.push_back({recorder_.world().add_proposal("hal")});
           }),
           "commit_external_proposal_wrong");
    refuse("an external commit with a reference",
           external([](Commit& c) { c.proposals.push_back({Bytes(32, 1)}); }),
           "proposal_unknown_reference");
    refuse("a proposal of an external sender that nobody named",
           must(external_sender_proposal(ana().group_id(), ana().epoch(), 0,
                                         gus.identity.signature_key, Group::remove(LeafIndex{0}))),
           "external_sender_unknown");
  }

  // A forged copy that comes first must not spend what the genuine message needs.
  void tampered_copies() {
    const Bytes said = must(bo().protect(view_of("hello"), {}, random()));
    const auto flip_last = [](Bytes& bytes) { bytes.back() ^= 1; };
    refuse("an application message with its last bit flipped",
           edited_private(said, [&](PrivateMessage& m) { flip_last(m.ciphertext); }),
           "message_open_failed", "skipped", said);
    refuse("an application message under another sender",
           edited_private(said, [&](PrivateMessage& m) { flip_last(m.encrypted_sender_data); }),
           "sender_data_invalid", "skipped", said);
    refuse("an application message with other authenticated data",
           edited_private(said, [](PrivateMessage& m) { m.authenticated_data = {1}; }),
           "message_open_failed", "skipped", said);
    const Bytes committed = must(bo().stage_commit({}, random())).commit;
    bo().discard_pending();
    refuse("a private commit with its last bit flipped",
           edited_private(committed, [&](PrivateMessage& m) { flip_last(m.ciphertext); }),
           "message_open_failed", "skipped", committed);

    Bytes late;
    for (int i = 0; i < 1100; ++i) late = must(bo().protect(view_of("on and on"), {}, random()));
    refuse("a generation too far ahead", late, "generation_too_far", "skipped", said);
  }

  Recorder recorder_;
  VectorFile file_{"refused-messages.json", {}};
};

}  // namespace

VectorFile make_refused_messages(std::uint64_t seed) { return Liars(seed).make(); }

}  // namespace hearth::mls::make
