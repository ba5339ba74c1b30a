// Proposals, update paths and commits: their bytes.
#include "protocol/mls/messages/proposal.h"

namespace hearth::mls {
namespace {

constexpr std::uint8_t kPskExternal = 1;
constexpr std::uint8_t kPskResumption = 2;
constexpr std::uint8_t kProposalByValue = 1;
constexpr std::uint8_t kProposalByReference = 2;

Result<ResumptionPskId> decode_resumption(Reader& reader) {
  ResumptionPskId id;
  HEARTH_TRY(const std::uint8_t usage, reader.u8());
  if (usage < 1 || usage > 3) return hearth::fail(make_error(CodecErrc::enum_invalid));
  id.usage = static_cast<ResumptionUsage>(usage);
  HEARTH_TRY(id.psk_group_id, reader.vector());
  HEARTH_TRY(id.psk_epoch, reader.u64());
  return id;
}

// One overload per alternative of Proposal, so that std::visit finds the one that is meant.
void encode_body(Writer& writer, const Add& add) { encode(writer, add.key_package); }
void encode_body(Writer& writer, const Update& update) { encode(writer, update.leaf_node); }
void encode_body(Writer& writer, const Remove& remove) { writer.u32(remove.removed.value); }
void encode_body(Writer& writer, const PreSharedKey& psk) { encode(writer, psk.psk); }
void encode_body(Writer& writer, const ReInit& reinit) {
  writer.vector(reinit.group_id).u16(reinit.version).u16(reinit.cipher_suite);
  encode(writer, reinit.extensions);
}
void encode_body(Writer& writer, const ExternalInit& init) { writer.vector(init.kem_output); }
void encode_body(Writer& writer, const GroupContextExtensions& gce) {
  encode(writer, gce.extensions);
}
void encode_body(Writer& writer, const CustomProposal& custom) { writer.vector(custom.data); }

Result<ReInit> decode_reinit(Reader& reader) {
  ReInit reinit;
  HEARTH_TRY(reinit.group_id, reader.vector());
  HEARTH_TRY(reinit.version, reader.u16());
  HEARTH_TRY(reinit.cipher_suite, reader.u16());
  HEARTH_TRY(reinit.extensions, decode_extensions(reader));
  return reinit;
}

}  // namespace

Result<PreSharedKeyId> PreSharedKeyId::decode(Reader& reader) {
  PreSharedKeyId id;
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  if (type == kPskExternal) {
    HEARTH_TRY(Bytes psk_id, reader.vector());
    id.body = ExternalPskId{std::move(psk_id)};
  } else if (type == kPskResumption) {
    HEARTH_TRY(id.body, decode_resumption(reader));
  } else {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  HEARTH_TRY(id.psk_nonce, reader.vector());
  return id;
}

void encode(Writer& writer, const PreSharedKeyId& id) {
  if (const auto* external = std::get_if<ExternalPskId>(&id.body)) {
    writer.u8(kPskExternal).vector(external->psk_id);
  } else {
    const auto& resumption = std::get<ResumptionPskId>(id.body);
    writer.u8(kPskResumption)
        .u8(static_cast<std::uint8_t>(resumption.usage))
        .vector(resumption.psk_group_id)
        .u64(resumption.psk_epoch);
  }
  writer.vector(id.psk_nonce);
}

std::uint16_t Proposal::type() const noexcept {
  if (const auto* custom = as<CustomProposal>()) return custom->type;
  static_assert(std::variant_size_v<decltype(body)> == 8);
  return static_cast<std::uint16_t>(body.index() + 1);  // The alternatives stand in type order.
}

Result<Proposal> Proposal::decode(Reader& reader) {
  HEARTH_TRY(const std::uint16_t type, reader.u16());
  switch (type) {
    case proposal_type::kAdd: {
      HEARTH_TRY(KeyPackage key_package, KeyPackage::decode(reader));
      return Proposal{Add{std::move(key_package)}};
    }
    case proposal_type::kUpdate: {
      HEARTH_TRY(LeafNode leaf_node, LeafNode::decode(reader));
      return Proposal{Update{std::move(leaf_node)}};
    }
    case proposal_type::kRemove: {
      HEARTH_TRY(const std::uint32_t removed, reader.u32());
      return Proposal{Remove{LeafIndex{removed}}};
    }
    case proposal_type::kPsk: {
      HEARTH_TRY(PreSharedKeyId psk, PreSharedKeyId::decode(reader));
      return Proposal{PreSharedKey{std::move(psk)}};
    }
    case proposal_type::kReInit: {
      HEARTH_TRY(ReInit reinit, decode_reinit(reader));
      return Proposal{std::move(reinit)};
    }
    case proposal_type::kExternalInit: {
      HEARTH_TRY(Bytes kem_output, reader.vector());
      return Proposal{ExternalInit{std::move(kem_output)}};
    }
    case proposal_type::kGroupContextExtensions: {
      HEARTH_TRY(Extensions extensions, decode_extensions(reader));
      return Proposal{GroupContextExtensions{std::move(extensions)}};
    }
    case 0:  // Reserved (RFC 9420 §17.4).
      return hearth::fail(make_error(CodecErrc::enum_invalid));
    default: {
      HEARTH_TRY(Bytes data, reader.vector());
      return Proposal{CustomProposal{type, std::move(data)}};
    }
  }
}

void encode(Writer& writer, const Proposal& proposal) {
  writer.u16(proposal.type());
  std::visit([&](const auto& body) { encode_body(writer, body); }, proposal.body);
}

Result<ProposalOrRef> ProposalOrRef::decode(Reader& reader) {
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  if (type == kProposalByValue) {
    HEARTH_TRY(Proposal proposal, Proposal::decode(reader));
    return ProposalOrRef{std::move(proposal)};
  }
  if (type == kProposalByReference) {
    HEARTH_TRY(Bytes reference, reader.vector());
    return ProposalOrRef{std::move(reference)};
  }
  return hearth::fail(make_error(CodecErrc::enum_invalid));
}

void encode(Writer& writer, const ProposalOrRef& item) {
  if (const auto* proposal = std::get_if<Proposal>(&item.body)) {
    writer.u8(kProposalByValue);
    encode(writer, *proposal);
  } else {
    writer.u8(kProposalByReference).vector(std::get<Bytes>(item.body));
  }
}

Result<UpdatePathNode> UpdatePathNode::decode(Reader& reader) {
  UpdatePathNode node;
  HEARTH_TRY(node.encryption_key, reader.vector());
  HEARTH_TRY(node.encrypted_path_secret, reader.vector_of<HpkeCiphertext>(HpkeCiphertext::decode));
  return node;
}

void encode(Writer& writer, const UpdatePathNode& node) {
  writer.vector(node.encryption_key);
  writer.vector_of(node.encrypted_path_secret,
                   [](Writer& inner, const HpkeCiphertext& item) { encode(inner, item); });
}

Result<UpdatePath> UpdatePath::decode(Reader& reader) {
  UpdatePath path;
  HEARTH_TRY(path.leaf_node, LeafNode::decode(reader));
  HEARTH_TRY(path.nodes, reader.vector_of<UpdatePathNode>(UpdatePathNode::decode));
  return path;
}

void encode(Writer& writer, const UpdatePath& path) {
  encode(writer, path.leaf_node);
  writer.vector_of(path.nodes,
                   [](Writer& inner, const UpdatePathNode& node) { encode(inner, node); });
}

Result<Commit> Commit::decode(Reader& reader) {
  Commit commit;
  HEARTH_TRY(commit.proposals, reader.vector_of<ProposalOrRef>(ProposalOrRef::decode));
  HEARTH_TRY(commit.path, reader.optional_of<UpdatePath>(UpdatePath::decode));
  return commit;
}

void encode(Writer& writer, const Commit& commit) {
  writer.vector_of(commit.proposals,
                   [](Writer& inner, const ProposalOrRef& item) { encode(inner, item); });
  writer.optional_of(commit.path,
                     [](Writer& inner, const UpdatePath& path) { encode(inner, path); });
}

}  // namespace hearth::mls
