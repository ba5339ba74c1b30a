// How a group begins for a member: founding it, joining by Welcome, joining by external commit.
#include "protocol/mls/group/group_state.h"

namespace hearth::mls {
namespace {

Result<SecretBytes> open_group_secrets(const Welcome& welcome, const KeyPackageBundle& ours) {
  const KeyPackage& key_package = ours.key_package;
  // Rule 12.4.3.1-2: of the suite our key package was made for.
  if (welcome.cipher_suite != key_package.cipher_suite) return fail(MlsErrc::suite_mismatch);
  if (!crypto::supported(welcome.cipher_suite)) return fail(MlsErrc::suite_unsupported);
  const Hash ref = ours.ref();
  for (const EncryptedGroupSecrets& entry : welcome.secrets) {
    if (!equal(entry.new_member, ref)) continue;
    auto opened = crypto::decrypt_with_label(
        static_cast<CipherSuite>(welcome.cipher_suite), ours.init_key, key_package.init_key,
        "Welcome", welcome.encrypted_group_info, entry.encrypted_group_secrets.kem_output,
        entry.encrypted_group_secrets.ciphertext);
    if (!opened) return fail(MlsErrc::welcome_open_failed);  // Rule 12.4.3.1-3
    return opened;
  }
  return fail(MlsErrc::welcome_not_for_us);  // Rule 12.4.3.1-1
}

// The PSK that makes this a successor of another group, if there is one.
Result<const ResumptionPskId*> successor_psk(const std::vector<PreSharedKeyId>& psks) {
  const ResumptionPskId* found = nullptr;
  for (const PreSharedKeyId& id : psks) {
    const auto* resumption = std::get_if<ResumptionPskId>(&id.body);
    if (resumption == nullptr || resumption->usage == ResumptionUsage::application) continue;
    // Rule 12.4.3.1-5: one predecessor at most.
    if (found != nullptr) return fail(MlsErrc::psk_type_forbidden);
    found = resumption;
  }
  return found;
}

// Does every leaf of `from` stand for a participant that some leaf of `in` stands for too?
bool participants_within(const TreeView& from, const TreeView& in, const Policy& policy) {
  return from
      .for_each_member([&](LeafIndex, const LeafNode& leaf) -> Status {
        bool found = false;
        in.for_each_member([&](LeafIndex, const LeafNode& other) {
          found = found || policy.same_participant(leaf, other);
        });
        if (!found) return fail(MlsErrc::branch_mismatch);
        return {};
      })
      .has_value();
}

Status check_successor(const ResumptionPskId& psk, const GroupContext& context,
                       const PublicGroup::Data& successor, const Group* parent) {
  const bool reinit = psk.usage == ResumptionUsage::reinit;
  const MlsErrc mismatch = reinit ? MlsErrc::reinit_mismatch : MlsErrc::branch_mismatch;
  if (context.epoch != 1) return fail(mismatch);  // Rules 11.2-2 and 11.3-2
  // Without the group it claims to follow nothing can be said about it.
  if (parent == nullptr || parent->group_id() != psk.psk_group_id) return fail(mismatch);
  const PublicGroup::Data& old = parent->state().data();
  if (reinit) {
    const ReInit* agreed = parent->reinit_pending();
    // Rule 11.2-3: the epoch after the ReInit's commit, which was the last.
    if (agreed == nullptr || psk.psk_epoch != parent->epoch()) return fail(mismatch);
    // Rule 11.2-1
    if (context.group_id != agreed->group_id || context.version != agreed->version ||
        static_cast<std::uint16_t>(context.cipher_suite) != agreed->cipher_suite ||
        context.extensions != agreed->extensions) {
      return fail(mismatch);
    }
    // Rule 11.2-4: everybody comes along.
    if (!participants_within(old.tree, successor.tree, successor.policy())) return fail(mismatch);
    return {};
  }
  // Rule 11.3-1
  if (context.version != old.context.version || context.cipher_suite != old.context.cipher_suite) {
    return fail(mismatch);
  }
  // Rule 11.3-3: nobody comes from elsewhere.
  if (!participants_within(successor.tree, old.tree, successor.policy())) return fail(mismatch);
  return {};
}

}  // namespace

// --- Founding (RFC 9420 §11) --------------------------------------------------------------------

Result<Group> Group::create(GroupId group_id, CipherSuite suite, const Identity& identity,
                            Extensions extensions, const Options& options,
                            crypto::RandomSource& random, Lifetime lifetime) {
  HEARTH_TRY(KeyPackageBundle own, make_key_package(suite, identity, lifetime, random));
  HEARTH_CHECK(check_context_extensions(extensions));
  CapabilityTally tally;
  tally.add(own.key_package.leaf_node);
  HEARTH_CHECK(check_group_support(extensions, tally));  // Rules 11.1-1 and 11.1-2

  crypto::KemKeyPair leaf_key{std::move(own.leaf_key), own.key_package.leaf_node.encryption_key};
  RatchetTree tree(std::move(own.key_package.leaf_node));
  GroupContext context{.cipher_suite = suite,
                       .group_id = std::move(group_id),
                       .epoch = 0,
                       .tree_hash = to_bytes(tree.tree_hash()),
                       .confirmed_transcript_hash = {},
                       .extensions = std::move(extensions)};
  PublicGroup::Data data(std::move(context), std::move(tree), std::move(tally), options);
  // A random value at the start of the schedule, so that epoch_secret is fresh and random.
  EpochSecrets secrets = derive_epoch_secrets(random.secret<32>(), data.encoded_context);
  const Secret32 tag = mls::confirmation_tag(secrets.confirmation_key, {});
  // Rule 11-1: interim is computed, not empty, in epoch 0.
  data.interim = mls::interim_transcript_hash({}, tag.view());
  constexpr LeafIndex kCreator{0};
  return Group(std::make_unique<State>(
      std::move(data), kCreator, PrivateTree(kCreator, std::move(leaf_key)),
      std::move(own.signature_key), std::move(secrets), to_bytes(tag.view())));
}

// --- Joining by Welcome (RFC 9420 §12.4.3.1) ----------------------------------------------------

Result<Group> Group::join(const Welcome& welcome, const KeyPackageBundle& key_package,
                          std::optional<ByteView> tree, const Options& options,
                          const JoinOptions& join) {
  const State* parent = join.parent == nullptr ? nullptr : join.parent->state_.get();
  HEARTH_TRY(const SecretBytes opened, open_group_secrets(welcome, key_package));
  HEARTH_TRY(const GroupSecrets group_secrets, decode_exact<GroupSecrets>(opened.view()));
  HEARTH_CHECK(check_psk_ids(group_secrets.psks));  // Rule 12.4.3.1-6
  HEARTH_TRY(const ResumptionPskId* successor, successor_psk(group_secrets.psks));
  HEARTH_TRY(const Secret32 psks, psk_secret_for(group_secrets.psks, [&](const PreSharedKeyId& id) {
               return find_psk(id, options.psks, parent);  // Rule 12.4.3.1-4
             }));
  const CipherSuite suite = static_cast<CipherSuite>(welcome.cipher_suite);
  const JoinerSchedule schedule(group_secrets.joiner_secret, psks);
  HEARTH_TRY(const Bytes info_bytes,
             open_group_info(suite, schedule.welcome_secret(), welcome.encrypted_group_info));
  HEARTH_TRY(const GroupInfo info, decode_exact<GroupInfo>(info_bytes));
  const GroupContext& context = info.group_context;
  // Rule 12.4.3.1-9
  if (context.cipher_suite != suite) return fail(MlsErrc::suite_mismatch);
  // Rule 12.4.3.1-8
  for (const GroupId& current : join.current_groups) {
    if (current == context.group_id) return fail(MlsErrc::group_id_in_use);
  }
  HEARTH_TRY(auto data, verify_group_info(info, tree, options));
  // Rule 12.4.3.1-15
  const std::optional<LeafIndex> own = data->tree.find_leaf(key_package.key_package.leaf_node);
  if (!own) return fail(MlsErrc::own_leaf_missing);
  if (successor != nullptr) {
    HEARTH_CHECK(check_successor(*successor, context, *data, join.parent));
  }
  // Rule 12.4.3.1-16
  HEARTH_TRY(PrivateTree keys,
             PrivateTree::join(
                 suite, data->tree, *own,
                 {key_package.leaf_key.clone(), key_package.key_package.leaf_node.encryption_key},
                 info.signer, group_secrets.path_secret ? &*group_secrets.path_secret : nullptr));
  EpochSecrets secrets = schedule.epoch_secrets(data->encoded_context);
  // Rule 12.4.3.1-17
  HEARTH_CHECK(check_confirmation_tag(secrets.confirmation_key, context.confirmed_transcript_hash,
                                      ByteView(info.confirmation_tag)));
  if (join.group_info_extensions != nullptr) *join.group_info_extensions = info.extensions;
  return Group(std::make_unique<State>(std::move(*data), *own, std::move(keys),
                                       key_package.signature_key.clone(), std::move(secrets),
                                       info.confirmation_tag));
}

// --- Joining by external commit (RFC 9420 §12.4.3.2) --------------------------------------------

Result<Group::ExternalJoin> Group::external_join(
    const GroupInfo& info, std::optional<ByteView> tree, const Identity& identity,
    const ExternalJoinOptions& join, const Options& options, crypto::RandomSource& random) {
  HEARTH_TRY(auto data, verify_group_info(info, tree, options));
  const CipherSuite suite = data->context.cipher_suite;
  const Extension* external = find(info.extensions, extension_type::kExternalPub);
  if (external == nullptr) return fail(MlsErrc::group_info_external_pub_missing);
  Reader reader(external->data);
  HEARTH_TRY(const ByteView external_pub, reader.vector_view());
  HEARTH_CHECK(reader.finish());
  HEARTH_TRY(ExternalInitSent init, send_external_init(suite, external_pub, random));

  Commit commit;
  commit.proposals.push_back({Proposal{ExternalInit{std::move(init.kem_output)}}});
  if (join.replaces) commit.proposals.push_back({Proposal{Remove{*join.replaces}}});
  for (PreSharedKeyId psk : join.psks) {
    if (psk.psk_nonce.empty()) psk.psk_nonce = to_bytes(random.array<kHashSize>());
    commit.proposals.push_back({Proposal{PreSharedKey{std::move(psk)}}});
  }
  HEARTH_TRY(StagedPublicData staged,
             stage_proposals(*data, {.group_id = data->context.group_id,
                                     .epoch = data->context.epoch,
                                     .sender = {SenderType::new_member_commit, 0},
                                     .authenticated_data = join.authenticated_data,
                                     .content = std::move(commit)}));

  const LeafNode leaf{.encryption_key = {},
                      .signature_key = identity.signature_key.public_key(),
                      .credential = identity.credential,
                      .capabilities = identity.capabilities,
                      .source = LeafNodeSource::commit,
                      .lifetime = {},
                      .parent_hash = {},
                      .extensions = identity.extensions,
                      .signature = {}};
  HEARTH_TRY(OwnPath path, OwnPath::make(suite, staged->diff, staged->committer, leaf,
                                         identity.signature_key, data->context.group_id, random));
  HEARTH_CHECK(check_leaf_contents(path.leaf_node(), suite));
  note_own_path(*staged, path.leaf_node());
  staged->commit().path = UpdatePath{path.leaf_node(), {}};
  HEARTH_CHECK(finish_staging(*staged));
  HEARTH_TRY(staged->commit().path,
             path.encrypt(staged->diff, staged->provisional_context, random));

  HEARTH_TRY(SignedContent content,
             SignedContent::sign(WireFormat::public_message, staged->content, data->encoded_context,
                                 identity.signature_key));
  staged->after.confirmed_transcript_hash =
      to_bytes(content.confirmed_transcript_hash(data->interim));
  HEARTH_TRY(const Secret32 psks, psk_secret_for(staged->psks, [&](const PreSharedKeyId& id) {
               return find_psk(id, options.psks, nullptr);
             }));
  EpochBeginning beginning =
      begin_epoch(init.init_secret, path.commit_secret(), psks, encoded(staged->after));
  const Secret32 tag = mls::confirmation_tag(beginning.epoch.confirmation_key,
                                             staged->after.confirmed_transcript_hash);
  staged->confirmation_tag = to_bytes(tag.view());
  content.set_confirmation_tag(tag);
  Bytes message = encoded(MlsMessage{protect_public(std::move(content), nullptr)});

  const LeafIndex own = staged->committer;
  PrivateKeys keys = std::move(path).take_keys();
  auto leaf_key = keys.extract(to_node(own));
  expects(!leaf_key.empty());
  PrivateTree private_tree(own, std::move(leaf_key.mapped()));
  install(*data, std::move(*staged));
  private_tree.apply(std::move(keys), data->tree);
  return ExternalJoin{std::move(message), Group(std::make_unique<State>(
                                              std::move(*data), own, std::move(private_tree),
                                              identity.signature_key.clone(),
                                              std::move(beginning.epoch), to_bytes(tag.view())))};
}

}  // namespace hearth::mls
