// The public state of a group, and following it without secrets.
#include "protocol/mls/group/public_group.h"

#include "protocol/mls/group/public_group_data.h"
#include "protocol/mls/schedule/transcript.h"
#include "protocol/mls/tree/tree_validation.h"

namespace hearth::mls {

// --- Data ---------------------------------------------------------------------------------------

PublicGroup::Data::Data(GroupContext group_context, RatchetTree ratchet_tree,
                        CapabilityTally members, Options settled)
    : tree(std::move(ratchet_tree)), tally(std::move(members)), options(std::move(settled)) {
  set_context(std::move(group_context));
}

const Policy& PublicGroup::Data::policy() const noexcept {
  return options.policy != nullptr ? *options.policy : open_policy();
}

EpochView PublicGroup::Data::epoch_view() const noexcept {
  return {context, tree, tally, options, policy(), founding};
}

SenderKeyLookup PublicGroup::Data::sender_keys() const {
  return [this](const Sender& sender) -> std::optional<ByteView> {
    if (sender.type == SenderType::external) {
      // Rule 12.1.8-1: by its place in the extension.
      if (sender.index >= external_senders.size()) return std::nullopt;
      return external_senders[sender.index].signature_key;
    }
    const LeafNode* member = tree.leaf(LeafIndex{sender.index});
    if (member == nullptr) return std::nullopt;
    return member->signature_key;
  };
}

Status PublicGroup::Data::check_wire_format(WireFormat format) const {
  const WireFormats& accepted = options.accept_wire_formats;
  const bool taken = (format == WireFormat::public_message && accepted.public_message) ||
                     (format == WireFormat::private_message && accepted.private_message);
  if (!taken) return fail(MlsErrc::wire_format_forbidden);
  return {};
}

Result<StoredProposalPtr> PublicGroup::Data::store(const VerifiedContent& content) {
  const Proposal& proposal = std::get<Proposal>(content.content().content);
  HEARTH_CHECK(validate_proposal(epoch_view(), proposal, content.sender()));
  const ProposalRef ref = proposal_ref(content.authenticated());
  HEARTH_CHECK(proposals.add({.ref = ref,
                              .sender = content.sender(),
                              .proposal = proposal,
                              .authenticated_data = content.content().authenticated_data},
                             options.proposals_max));
  return proposals.find(ref);
}

void PublicGroup::Data::set_context(GroupContext next) {
  context = std::move(next);
  encoded_context = encoded(context);
  external_senders.clear();
  if (const Extension* body = find(context.extensions, extension_type::kExternalSenders)) {
    // Well formed by Rule 12.1.7-3.
    if (auto senders = decode_external_senders(body->data)) external_senders = *std::move(senders);
  }
}

// --- Merging ------------------------------------------------------------------------------------

Status check_staged_here(const PublicGroup::Data& group, const StagedPublicCommit::Data& staged) {
  if (staged.group != &group || staged.epoch != group.context.epoch) {
    return fail(MlsErrc::commit_not_staged_here);
  }
  return {};
}

void install(PublicGroup::Data& group, StagedPublicCommit::Data&& staged) {
  group.interim =
      interim_transcript_hash(staged.after.confirmed_transcript_hash, staged.confirmation_tag);
  group.tree.apply(std::move(staged.diff).take_changes());
  group.tally = std::move(staged.tally);
  group.proposals.clear();  // They were made for the epoch that ends.
  group.set_context(std::move(staged.after));
}

// --- GroupInfo ----------------------------------------------------------------------------------

Result<std::unique_ptr<PublicGroup::Data>> verify_group_info(const GroupInfo& info,
                                                             std::optional<ByteView> tree_bytes,
                                                             const Options& options) {
  const GroupContext& context = info.group_context;
  if (context.version != kProtocolVersion) return fail(MlsErrc::version_unsupported);
  if (!crypto::supported(context.cipher_suite)) return fail(MlsErrc::suite_unsupported);
  if (!tree_bytes) {
    const Extension* inside = find(info.extensions, extension_type::kRatchetTree);
    if (inside == nullptr) return fail(MlsErrc::ratchet_tree_missing);  // Rule 12.4.3.1-10
    tree_bytes = inside->data;
  }
  HEARTH_CHECK(check_no_duplicates(info.extensions));
  HEARTH_CHECK(check_context_extensions(context.extensions));
  HEARTH_TRY(RatchetTree tree, RatchetTree::decode(*tree_bytes));
  // Rule 12.4.3.1-11: the tree is the one the GroupInfo speaks of, whoever handed it over.
  if (!equal(tree.tree_hash(), context.tree_hash)) return fail(MlsErrc::tree_hash_mismatch);
  // Rule 12.4.3.1-7: signed by a member.
  const LeafNode* signer = tree.leaf(info.signer);
  if (signer == nullptr) return fail(MlsErrc::group_info_signer_invalid);
  HEARTH_CHECK(verify_signature(info, signer->signature_key));
  // Rules 12.4.3.1-12 and 12.4.3.1-13: parent hashes, unmerged leaves, parent keys.
  HEARTH_CHECK(validate_tree(tree, context.cipher_suite));
  HEARTH_TRY(CapabilityTally tally,
             validate_tree_leaves(tree, context.cipher_suite, context.group_id, options));
  // Rule 11.1-3: we, like all others, support what the group uses.
  HEARTH_CHECK(check_group_support(context.extensions, tally));

  auto data =
      std::make_unique<PublicGroup::Data>(context, std::move(tree), std::move(tally), options);
  data->interim = interim_transcript_hash(context.confirmed_transcript_hash, info.confirmation_tag);
  return data;
}

// --- PublicGroup --------------------------------------------------------------------------------

Result<PublicGroup> PublicGroup::from_group_info(const GroupInfo& info,
                                                 std::optional<ByteView> tree,
                                                 const Options& options) {
  HEARTH_TRY(auto data, verify_group_info(info, tree, options));
  return PublicGroup(std::move(data));
}

PublicGroup::PublicGroup(std::unique_ptr<Data> data) noexcept : data_(std::move(data)) {}
PublicGroup::~PublicGroup() = default;
PublicGroup::PublicGroup(PublicGroup&&) noexcept = default;
PublicGroup& PublicGroup::operator=(PublicGroup&&) noexcept = default;

const GroupContext& PublicGroup::context() const noexcept { return data_->context; }
const RatchetTree& PublicGroup::tree() const noexcept { return data_->tree; }
const Hash& PublicGroup::interim_transcript_hash() const noexcept { return data_->interim; }
const Options& PublicGroup::options() const noexcept { return data_->options; }
const LeafNode* PublicGroup::leaf(LeafIndex index) const noexcept {
  return data_->tree.leaf(index);
}
std::size_t PublicGroup::proposals_pending() const noexcept {
  return data_->proposals.items().size();
}

Result<std::optional<StagedPublicCommit>> PublicGroup::process(const PublicMessage& message) {
  HEARTH_CHECK(data_->check_wire_format(WireFormat::public_message));
  HEARTH_TRY(VerifiedContent content,
             unprotect_public(message, data_->framing(), nullptr, data_->sender_keys()));
  if (content.content().content_type() == ContentType::proposal) {
    HEARTH_CHECK(data_->store(content));
    return std::optional<StagedPublicCommit>{};
  }
  HEARTH_TRY(StagedPublicData staged, stage_received(*data_, std::move(content)));
  return std::optional(StagedPublicCommit(std::move(staged)));
}

Status PublicGroup::merge(StagedPublicCommit&& staged) {
  HEARTH_CHECK(check_staged_here(*data_, staged.data()));
  install(*data_, std::move(staged.data()));
  return {};
}

// --- StagedPublicCommit -------------------------------------------------------------------------

StagedPublicCommit::StagedPublicCommit(std::unique_ptr<Data> data) noexcept
    : data_(std::move(data)) {}
StagedPublicCommit::~StagedPublicCommit() = default;
StagedPublicCommit::StagedPublicCommit(StagedPublicCommit&&) noexcept = default;
StagedPublicCommit& StagedPublicCommit::operator=(StagedPublicCommit&&) noexcept = default;

CommitView StagedPublicCommit::view() const noexcept { return data_->view(); }

}  // namespace hearth::mls
