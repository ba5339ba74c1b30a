// Sealing a member's state and opening it again, without ever using a message key twice.
//
//   sealed = "hearth mls" | u8 version | nonce24 | XChaCha20-Poly1305(key, nonce, aad = the first
//            eleven bytes, fields)
//   fields = each length-prefixed (u32), in the order of `write_state`
// A snapshot in the clear is the fields alone: its keeper knows its version.
#include "protocol/mls/group/group_state.h"

namespace hearth::mls {
namespace {

constexpr std::string_view kMagic = "hearth mls";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeaderSize = 11;
constexpr std::size_t kNonceBytes = 24;

// Collects fields and joins them once, so that growing leaves no secret behind.
class FieldWriter {
 public:
  void field(ByteView bytes) { fields_.emplace_back(bytes); }
  void field(SecretBytes bytes) { fields_.push_back(std::move(bytes)); }
  void number(std::uint64_t value) { field(Writer().u64(value).bytes()); }

  SecretBytes take() const {
    std::size_t size = 0;
    for (const SecretBytes& bytes : fields_) size += 4 + bytes.size();
    SecretBytes out(size);
    auto target = out.mutable_view().begin();
    for (const SecretBytes& bytes : fields_) {
      const Bytes length = Writer().u32(static_cast<std::uint32_t>(bytes.size())).take();
      target = std::copy(length.begin(), length.end(), target);
      target = std::copy(bytes.view().begin(), bytes.view().end(), target);
    }
    return out;
  }

 private:
  std::vector<SecretBytes> fields_;
};

class FieldReader {
 public:
  explicit FieldReader(ByteView bytes) : reader_(bytes) {}

  Result<ByteView> field() {
    HEARTH_TRY(const std::uint32_t size, reader_.u32());
    return reader_.take(size);
  }
  Result<std::uint64_t> number() {
    HEARTH_TRY(const ByteView bytes, field());
    Reader number(bytes);
    HEARTH_TRY(const std::uint64_t value, number.u64());
    HEARTH_CHECK(number.finish());
    return value;
  }
  // A number of things to follow, each at least one field long.
  Result<std::size_t> count() {
    HEARTH_TRY(const std::uint64_t value, number());
    if (value > reader_.rest().size() / 4) return fail(MlsErrc::snapshot_invalid);
    return static_cast<std::size_t>(value);
  }
  template <class T>
  Result<T> value() {
    HEARTH_TRY(const ByteView bytes, field());
    return decode_exact<T>(bytes);
  }
  Result<Secret32> secret() {
    HEARTH_TRY(const ByteView bytes, field());
    if (bytes.size() != Secret32::kSize) return fail(MlsErrc::snapshot_invalid);
    return Secret32::from(bytes);
  }
  Result<Hash> hash() {
    HEARTH_TRY(const ByteView bytes, field());
    if (bytes.size() != kHashSize) return fail(MlsErrc::snapshot_invalid);
    return *to_array<kHashSize>(bytes);
  }
  Status finish() const { return reader_.finish(); }

 private:
  Reader reader_;
};

// --- Pieces -------------------------------------------------------------------------------------

void write_signature_key(FieldWriter& out, const std::optional<crypto::SignatureKey>& key) {
  out.field(key ? key->private_key() : ByteView{});
}

Result<std::optional<crypto::SignatureKey>> read_signature_key(FieldReader& in, CipherSuite suite) {
  HEARTH_TRY(const ByteView bytes, in.field());
  if (bytes.empty()) return std::nullopt;
  HEARTH_TRY(crypto::SignatureKey key, crypto::SignatureKey::from_private(suite, bytes));
  return key;
}

void write_kem_key(FieldWriter& out, const crypto::KemKeyPair& key) {
  out.field(key.private_key.view());
  out.field(key.public_key);
}

Result<crypto::KemKeyPair> read_kem_key(FieldReader& in) {
  HEARTH_TRY(Secret32 private_key, in.secret());
  HEARTH_TRY(const ByteView public_key, in.field());
  return crypto::KemKeyPair{std::move(private_key), to_bytes(public_key)};
}

void write_proposals(FieldWriter& out, const ProposalStore& proposals) {
  out.number(proposals.items().size());
  for (const StoredProposalPtr& item : proposals.items()) {
    out.field(item->ref);
    out.field(encoded(item->sender));
    out.field(encoded(item->proposal));
    out.field(item->authenticated_data);
  }
}

Status read_proposals(FieldReader& in, ProposalStore& proposals) {
  HEARTH_TRY(const std::size_t count, in.count());
  for (std::uint64_t i = 0; i < count; ++i) {
    StoredProposal item;
    HEARTH_TRY(item.ref, in.hash());
    HEARTH_TRY(item.sender, in.value<Sender>());
    HEARTH_TRY(item.proposal, in.value<Proposal>());
    HEARTH_TRY(const ByteView data, in.field());
    item.authenticated_data = to_bytes(data);
    HEARTH_CHECK(proposals.add(std::move(item), count));
  }
  return {};
}

void write_past(FieldWriter& out, const PastEpochs& past) {
  out.number(past.epochs().size());
  for (const PastEpoch& epoch : past.epochs()) {
    out.number(epoch.epoch);
    out.field(epoch.encoded_context);
    out.field(epoch.sender_data_secret.view());
    out.field(epoch.secret_tree.encode_secret());
    out.number(epoch.replaced.size());
    for (const auto& [index, leaf] : epoch.replaced) {
      out.number(index);
      out.field(leaf ? encoded(*leaf) : Bytes{});
    }
  }
}

Result<SecretTree> read_secret_tree(FieldReader& in) {
  HEARTH_TRY(const ByteView bytes, in.field());
  Reader reader(bytes);
  HEARTH_TRY(SecretTree tree, SecretTree::decode(reader));
  HEARTH_CHECK(reader.finish());
  return tree;
}

Status read_past(FieldReader& in, PastEpochs& past) {
  HEARTH_TRY(const std::size_t count, in.count());
  for (std::uint64_t i = 0; i < count; ++i) {
    HEARTH_TRY(const Epoch epoch, in.number());
    HEARTH_TRY(const ByteView context, in.field());
    HEARTH_TRY(Secret32 sender_data_secret, in.secret());
    HEARTH_TRY(SecretTree secret_tree, read_secret_tree(in));
    PastEpoch ended{.epoch = epoch,
                    .encoded_context = to_bytes(context),
                    .sender_data_secret = std::move(sender_data_secret),
                    .secret_tree = std::move(secret_tree),
                    .replaced = {}};
    HEARTH_TRY(const std::size_t leaves, in.count());
    for (std::uint64_t j = 0; j < leaves; ++j) {
      HEARTH_TRY(const std::uint64_t index, in.number());
      if (index >= kLeafCountMax) return fail(MlsErrc::snapshot_invalid);
      HEARTH_TRY(const ByteView bytes, in.field());
      std::optional<LeafNode> leaf;
      if (!bytes.empty()) {
        HEARTH_TRY(leaf, decode_exact<LeafNode>(bytes));
      }
      ended.replaced.emplace(static_cast<std::uint32_t>(index), std::move(leaf));
    }
    past.push_restored(std::move(ended));
  }
  return {};
}

// A pending commit is kept as its content and the secrets it brings; its public part is worked out
// again, by the way a received one takes.
void write_pending(FieldWriter& out, const std::optional<Group::State::Pending>& pending) {
  out.number(pending ? 1 : 0);
  if (!pending) return;
  const StagedCommit::Data& staged = pending->staged;
  out.field(pending->message);
  out.field(encoded(staged.pub->content));
  out.field(staged.pub->after.confirmed_transcript_hash);
  out.field(staged.pub->confirmation_tag);
  out.field(staged.secrets->encode_secret());
  out.number(staged.keys.size());
  for (const auto& [node, key] : staged.keys) {
    out.number(node.value);
    write_kem_key(out, key);
  }
  write_signature_key(out, staged.signature_key);
}

Result<std::optional<Group::State::Pending>> read_pending(FieldReader& in,
                                                          PublicGroup::Data& data) {
  HEARTH_TRY(const std::uint64_t present, in.number());
  if (present == 0) return std::nullopt;
  Group::State::Pending pending;
  HEARTH_TRY(pending.message, in.hash());
  HEARTH_TRY(FramedContent content, in.value<FramedContent>());
  if (content.content_type() != ContentType::commit) return fail(MlsErrc::snapshot_invalid);
  // Dates were judged when it was made, and may have passed since.
  const auto lifetime = std::exchange(data.options.lifetime, std::nullopt);
  Result<StagedPublicData> staged = stage_proposals(data, std::move(content));
  data.options.lifetime = lifetime;
  if (!staged) return std::unexpected(staged.error());
  HEARTH_CHECK(stage_received_path(**staged));
  HEARTH_CHECK(finish_staging(**staged));
  HEARTH_TRY(const Hash confirmed, in.hash());
  (*staged)->after.confirmed_transcript_hash = to_bytes(confirmed);
  HEARTH_TRY(const ByteView tag, in.field());
  (*staged)->confirmation_tag = to_bytes(tag);
  pending.staged.pub = *std::move(staged);
  HEARTH_TRY(pending.staged.secrets, in.value<EpochSecrets>());
  HEARTH_TRY(const std::size_t keys, in.count());
  for (std::uint64_t i = 0; i < keys; ++i) {
    HEARTH_TRY(const std::uint64_t node, in.number());
    HEARTH_TRY(crypto::KemKeyPair key, read_kem_key(in));
    pending.staged.keys.insert_or_assign(NodeIndex{static_cast<std::uint32_t>(node)},
                                         std::move(key));
  }
  HEARTH_TRY(pending.staged.signature_key, read_signature_key(in, data.context.cipher_suite));
  return pending;
}

// --- The whole ----------------------------------------------------------------------------------

constexpr std::uint64_t kActive = 1;
constexpr std::uint64_t kForked = 2;
constexpr std::uint64_t kHasPrivateTree = 4;

SecretBytes write_state(const Group::State& state, const SecretTree& secret_tree) {
  FieldWriter out;
  const PublicGroup::Data& data = state.data();
  out.field(data.encoded_context);
  out.field(encode_tree(data.tree));
  out.field(data.interim);
  out.number((state.active ? kActive : 0) | (state.forked ? kForked : 0) |
             (state.private_tree ? kHasPrivateTree : 0));
  out.number(state.own_index.value);
  out.field(state.confirmation_tag);
  out.field(state.reinit ? encoded(Proposal{*state.reinit}) : Bytes{});
  out.field(state.signature_key.private_key());
  out.field(state.secrets.encode_secret());
  out.field(secret_tree.encode_secret());
  out.field(state.private_tree ? state.private_tree->encode_secret() : SecretBytes{});
  out.number(state.resumption.all().size());
  for (const auto& [epoch, psk] : state.resumption.all()) {
    out.number(epoch);
    out.field(psk.view());
  }
  out.number(state.own_updates.size());
  for (const auto& [public_key, keys] : state.own_updates) {
    write_kem_key(out, keys.leaf_key);
    write_signature_key(out, keys.signature_key);
  }
  write_past(out, state.past);
  write_proposals(out, data.proposals);
  write_pending(out, state.pending);
  return out.take();
}

Result<std::unique_ptr<Group::State>> read_state(ByteView bytes, const Options& options) {
  FieldReader in(bytes);
  HEARTH_TRY(GroupContext context, in.value<GroupContext>());
  const CipherSuite suite = context.cipher_suite;
  if (!crypto::supported(suite)) return fail(MlsErrc::suite_unsupported);
  HEARTH_TRY(const ByteView tree_bytes, in.field());
  HEARTH_TRY(RatchetTree tree, RatchetTree::decode(tree_bytes));
  CapabilityTally tally;
  tree.for_each_member([&](LeafIndex, const LeafNode& leaf) { tally.add(leaf); });
  PublicGroup::Data data(std::move(context), std::move(tree), std::move(tally), options);
  HEARTH_TRY(data.interim, in.hash());
  HEARTH_TRY(const std::uint64_t flags, in.number());
  HEARTH_TRY(const std::uint64_t own, in.number());
  const LeafIndex own_index{static_cast<std::uint32_t>(own)};
  if (own >= kLeafCountMax || data.tree.leaf(own_index) == nullptr) {
    return fail(MlsErrc::snapshot_invalid);
  }
  HEARTH_TRY(const ByteView tag, in.field());
  HEARTH_TRY(const ByteView reinit, in.field());
  HEARTH_TRY(const ByteView signature_key, in.field());
  HEARTH_TRY(crypto::SignatureKey signer, crypto::SignatureKey::from_private(suite, signature_key));
  HEARTH_TRY(EpochSecrets secrets, in.value<EpochSecrets>());
  HEARTH_TRY(SecretTree secret_tree, read_secret_tree(in));
  HEARTH_TRY(const ByteView private_tree, in.field());

  auto state = std::make_unique<Group::State>(std::move(data), own_index,
                                              PrivateTree(own_index, crypto::KemKeyPair{}),
                                              std::move(signer), std::move(secrets), to_bytes(tag));
  state->secret_tree = std::move(secret_tree);
  state->private_tree.reset();
  if ((flags & kHasPrivateTree) != 0) {
    HEARTH_TRY(state->private_tree, PrivateTree::decode_secret(private_tree));
  }
  state->active = (flags & kActive) != 0;
  state->forked = (flags & kForked) != 0;
  if (state->active && !state->private_tree) return fail(MlsErrc::snapshot_invalid);
  if (!reinit.empty()) {
    HEARTH_TRY(const Proposal proposal, decode_exact<Proposal>(reinit));
    if (proposal.as<ReInit>() == nullptr) return fail(MlsErrc::snapshot_invalid);
    state->reinit = *proposal.as<ReInit>();
  }
  state->resumption = {};
  HEARTH_TRY(const std::size_t psks, in.count());
  for (std::uint64_t i = 0; i < psks; ++i) {
    HEARTH_TRY(const Epoch epoch, in.number());
    HEARTH_TRY(Secret32 psk, in.secret());
    state->resumption.push(epoch, std::move(psk), psks);
  }
  HEARTH_TRY(const std::size_t updates, in.count());
  for (std::uint64_t i = 0; i < updates; ++i) {
    UpdateKeys keys;
    HEARTH_TRY(keys.leaf_key, read_kem_key(in));
    HEARTH_TRY(keys.signature_key, read_signature_key(in, suite));
    Bytes public_key = keys.leaf_key.public_key;
    state->own_updates.insert_or_assign(std::move(public_key), std::move(keys));
  }
  HEARTH_CHECK(read_past(in, state->past));
  HEARTH_CHECK(read_proposals(in, state->data().proposals));
  HEARTH_TRY(state->pending, read_pending(in, state->data()));
  HEARTH_CHECK(in.finish());
  return state;
}

}  // namespace

Result<Bytes> Group::seal(const Secret32& key, crypto::RandomSource& random) {
  // The snapshot's ratchets begin where the living group's allowance ends.
  const SecretBytes ratchets = state_->secret_tree.encode_secret();
  Reader reader(ratchets.view());
  HEARTH_TRY(SecretTree ahead, SecretTree::decode(reader));
  if (state_->active) {
    for (const RatchetType type : {RatchetType::handshake, RatchetType::application}) {
      HEARTH_CHECK(ahead.leap(state_->own_index, type, kReservedGenerations));
    }
  }
  const SecretBytes plain = write_state(*state_, ahead);
  Bytes sealed = concat({view_of(kMagic), ByteView(&kVersion, 1)});
  const auto nonce = random.array<kNonceBytes>();
  const Bytes body = crypto::xchacha_seal(key, nonce, sealed, plain.view());
  append(sealed, nonce);
  append(sealed, body);
  for (auto& left : state_->allowance.left) left = kReservedGenerations;
  return sealed;
}

Result<Group> Group::open(ByteView sealed, const Secret32& key, const Options& options) {
  if (sealed.size() < kHeaderSize + kNonceBytes) return fail(MlsErrc::snapshot_invalid);
  const ByteView header = sealed.first(kHeaderSize);
  if (!equal(header.first(kMagic.size()), view_of(kMagic)) || header.back() != kVersion) {
    return fail(MlsErrc::snapshot_invalid);
  }
  const auto nonce = *to_array<kNonceBytes>(sealed.subspan(kHeaderSize, kNonceBytes));
  Result<Bytes> opened =
      crypto::xchacha_open(key, nonce, header, sealed.subspan(kHeaderSize + kNonceBytes));
  if (!opened) return fail(MlsErrc::snapshot_invalid);
  const SecretBytes plain{ByteView(*opened)};
  wipe(opened->data(), opened->size());
  Result<std::unique_ptr<State>> state = read_state(plain.view(), options);
  if (!state) return fail(MlsErrc::snapshot_invalid);
  // Nothing goes out before the next snapshot is written (see Group::seal).
  (*state)->allowance = {.left = {0u, 0u}};
  return Group(*std::move(state));
}

SecretBytes Group::snapshot() const { return write_state(*state_, state_->secret_tree); }

Result<Group> Group::restore(ByteView snapshot, const Options& options) {
  Result<std::unique_ptr<State>> state = read_state(snapshot, options);
  if (!state) return fail(MlsErrc::snapshot_invalid);
  return Group(*std::move(state));
}

}  // namespace hearth::mls
