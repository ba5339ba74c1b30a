// Forging messages with the keys of a real member.
#include "tests/support/mls_forger.h"

#include "protocol/mls/group/group_state.h"

namespace hearth::test {

using namespace mls;

FramedContent honest_commit(Group& by, CommitOptions options, crypto::RandomSource& random) {
  const auto pending = by.stage_commit(std::move(options), random);
  expects(pending.has_value());
  FramedContent content = by.state().pending->staged.pub->content;
  by.discard_pending();
  return content;
}

Bytes forge(Group& by, FramedContent content, crypto::RandomSource& random, const Forgery& how) {
  Group::State& state = by.state();
  const bool commits = content.content_type() == ContentType::commit;
  auto signed_content =
      SignedContent::sign(how.form, std::move(content), state.data().encoded_context,
                          how.key == nullptr ? state.signature_key : *how.key);
  expects(signed_content.has_value());
  const Bytes tag = how.tag.value_or(Bytes(kHashSize, 0));
  if (how.form == WireFormat::private_message) {
    if (commits) signed_content->set_confirmation_tag(Secret32::from(tag));
    auto message = protect_private(*signed_content, state.suite(), state.secrets.sender_data_secret,
                                   state.secret_tree, {}, random);
    expects(message.has_value());
    return encoded(MlsMessage{*std::move(message)});
  }
  if (commits) signed_content->set_confirmation_tag(Secret32());
  const Bytes tbs = to_bytes(signed_content->encoded().tbs());
  PublicMessage message = protect_public(*std::move(signed_content), &state.secrets.membership_key);
  if (commits && message.membership_tag) {
    message.auth.confirmation_tag = tag;
    message.membership_tag =
        to_bytes(membership_tag(state.secrets.membership_key, tbs, message.auth).view());
  }
  return encoded(MlsMessage{std::move(message)});
}

FramedContent bare_commit(const Group& by, std::vector<ProposalOrRef> proposals) {
  return {.group_id = by.group_id(),
          .epoch = by.epoch(),
          .sender = member_sender(by.own_index()),
          .authenticated_data = {},
          .content = Commit{std::move(proposals), std::nullopt}};
}

std::vector<ProposalOrRef> by_value(std::vector<Proposal> proposals) {
  std::vector<ProposalOrRef> items;
  for (Proposal& proposal : proposals) items.push_back({std::move(proposal)});
  return items;
}

FramedContent framed_proposal(const Group& by, Proposal proposal) {
  FramedContent content = bare_commit(by, {});
  content.content = std::move(proposal);
  return content;
}

Bytes tampered_commit(Group& by, CommitOptions options, crypto::RandomSource& random,
                      const std::function<void(Commit&)>& change) {
  FramedContent content = honest_commit(by, std::move(options), random);
  Commit& commit = std::get<Commit>(content.content);
  change(commit);
  if (commit.path) {
    const Status status =
        sign(commit.path->leaf_node, by.own_signature_key(), {content.group_id, by.own_index()});
    expects(status.has_value());
  }
  return forge(by, std::move(content), random);
}

Bytes tampered_external(const Bytes& commit, const GroupContext& context,
                        const crypto::SignatureKey& key,
                        const std::function<void(FramedContent&)>& change) {
  auto message = decode_exact<MlsMessage>(commit);
  expects(message.has_value());
  auto& body = std::get<PublicMessage>(message->body);
  change(body.content);
  auto signed_content = SignedContent::sign(WireFormat::public_message, std::move(body.content),
                                            encoded(context), key);
  expects(signed_content.has_value());
  signed_content->set_confirmation_tag(Secret32());
  return encoded(MlsMessage{protect_public(*std::move(signed_content), nullptr)});
}

KeyPackage changed_key_package(const KeyPackageBundle& bundle,
                               const std::function<void(KeyPackage&)>& change) {
  KeyPackage changed = bundle.key_package;
  change(changed);
  Status status = sign(changed.leaf_node, bundle.signature_key, LeafPlace{});
  expects(status.has_value());
  status = sign(changed, bundle.signature_key);
  expects(status.has_value());
  return changed;
}

Proposal changed_update(Group& by, crypto::RandomSource& random,
                        const std::function<void(LeafNode&)>& change) {
  auto key = crypto::kem_generate(by.suite(), random);
  expects(key.has_value());
  LeafNode leaf = changed_leaf(by.own_leaf(), {});
  leaf.source = LeafNodeSource::update;
  leaf.encryption_key = key->public_key;
  change(leaf);
  const Status status = sign(leaf, by.own_signature_key(), {by.group_id(), by.own_index()});
  expects(status.has_value());
  return {Update{std::move(leaf)}};
}

Welcome forge_welcome(Group& by, const KeyPackage& joiner, crypto::RandomSource& random,
                      const WelcomeForgery& how) {
  const CipherSuite suite = by.suite();
  GroupInfo info{.group_context = by.context(),
                 .extensions = {},
                 .confirmation_tag = {},
                 .signer = by.own_index(),
                 .signature = {}};
  info.extensions.push_back(
      {extension_type::kRatchetTree, how.tree ? *how.tree : by.ratchet_tree()});
  if (how.tree) {
    // A tree that does not even parse has no hash; its joiner stops before asking.
    if (const auto tree = RatchetTree::decode(*how.tree)) {
      info.group_context.tree_hash = to_bytes(tree->tree_hash());
    }
  }
  if (how.info) how.info(info);
  GroupSecrets secrets{.joiner_secret = random.secret<32>(), .path_secret = {}, .psks = {}};
  if (how.secrets) how.secrets(secrets);
  std::vector<Psk> psks;
  for (const PreSharedKeyId& id : secrets.psks) {
    auto psk = find_psk(id, how.psks, &by.state());
    psks.push_back({id, psk ? *std::move(psk) : SecretBytes(32)});
  }
  const JoinerSchedule schedule(secrets.joiner_secret, derive_psk_secret(psks));
  const EpochSecrets epoch = schedule.epoch_secrets(encoded(info.group_context));
  info.confirmation_tag = to_bytes(
      confirmation_tag(epoch.confirmation_key, info.group_context.confirmed_transcript_hash)
          .view());
  const Status status = sign(info, by.own_signature_key());
  expects(status.has_value());
  if (how.signed_info) how.signed_info(info);
  Welcome welcome{
      .cipher_suite = static_cast<std::uint16_t>(suite),
      .secrets = {},
      .encrypted_group_info = seal_group_info(suite, schedule.welcome_secret(), encoded(info))};
  auto sealed =
      crypto::encrypt_with_label(suite, joiner.init_key, "Welcome", welcome.encrypted_group_info,
                                 secrets.encode_secret().view(), random);
  expects(sealed.has_value());
  welcome.secrets.push_back({to_bytes(key_package_ref(joiner)),
                             {std::move(sealed->kem_output), std::move(sealed->ciphertext)}});
  if (how.welcome) how.welcome(welcome);
  return welcome;
}

Bytes forged_tag(Group& by, const FramedContent& content, WireFormat form,
                 const ScheduleForgery& how) {
  Group::State& state = by.state();
  auto staged = stage_proposals(state.data(), content);
  expects(staged.has_value() && finish_staging(**staged).has_value());
  const auto signed_content =
      SignedContent::sign(form, content, state.data().encoded_context, state.signature_key);
  expects(signed_content.has_value());
  GroupContext after = (*staged)->after;
  after.confirmed_transcript_hash =
      to_bytes(signed_content->confirmed_transcript_hash(state.data().interim));
  if (how.context) how.context(after);
  std::vector<PreSharedKeyId> ids = (*staged)->psks;
  if (how.psks) how.psks(ids);
  const auto psks = state.psk_secret(ids, nullptr);
  expects(psks.has_value());
  const EpochBeginning beginning =
      begin_epoch(state.secrets.init_secret, how.commit_secret, *psks, encoded(after));
  return to_bytes(
      confirmation_tag(beginning.epoch.confirmation_key, after.confirmed_transcript_hash).view());
}

std::optional<Bytes> forge_path_commit(Group& by, std::vector<ProposalOrRef> proposals,
                                       crypto::RandomSource& random, const PathForgery& how) {
  Group::State& state = by.state();
  const PublicGroup::Data& data = state.data();
  auto result = stage_proposals(data, bare_commit(by, std::move(proposals)));
  if (!result) return std::nullopt;
  StagedPublicCommit::Data& staged = **result;
  auto path =
      OwnPath::make(by.suite(), staged.diff, by.own_index(), changed_leaf(by.own_leaf(), {}),
                    state.signature_key, data.context.group_id, random);
  if (!path) return std::nullopt;
  note_own_path(staged, path->leaf_node());
  if (!finish_staging(staged)) return std::nullopt;
  auto update_path = path->encrypt(staged.diff, staged.provisional_context, random);
  if (!update_path) return std::nullopt;
  if (how.path) how.path(*update_path);
  staged.commit().path = *std::move(update_path);
  auto content =
      SignedContent::sign(how.form, staged.content, data.encoded_context, state.signature_key);
  const auto psks = state.psk_secret(staged.psks, nullptr);
  if (!content || !psks) return std::nullopt;
  staged.after.confirmed_transcript_hash =
      to_bytes(content->confirmed_transcript_hash(data.interim));
  const EpochBeginning beginning =
      begin_epoch(state.secrets.init_secret, path->commit_secret(), *psks, encoded(staged.after));
  Bytes tag = to_bytes(
      confirmation_tag(beginning.epoch.confirmation_key, staged.after.confirmed_transcript_hash)
          .view());
  if (how.tag) how.tag(tag);
  if (how.form == WireFormat::private_message && tag.size() != kHashSize) return std::nullopt;
  return forge(by, staged.content, random, {.form = how.form, .tag = tag});
}

}  // namespace hearth::test
