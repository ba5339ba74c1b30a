// message-protection: public and private messages, opened and made (RFC 9420 §6.2, §6.3).
// The sender is leaf 1 of a group of two.
#include "protocol/crypto/labels.h"
#include "protocol/mls/framing/private_message.h"
#include "protocol/mls/framing/public_message.h"
#include "protocol/mls/schedule/transcript.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

constexpr LeafCount kLeaves{2};
constexpr LeafIndex kSender{1};

// The epoch all messages of a case belong to. Each message has a secret tree of its own, as the
// recording did.
struct Epoch9420 {
  GroupContext context;
  Bytes encoded_context;
  Secret32 encryption_secret;
  Secret32 sender_data_secret;
  Secret32 membership_key;
  Bytes signature_pub;

  CipherSuite suite() const { return context.cipher_suite; }
  FramingContext framing() const { return framing_context(context, encoded_context); }
  SecretTree tree() const { return {suite(), kLeaves, encryption_secret.clone()}; }
  SenderKeyLookup sender_key() const {
    return [this](const Sender& sender) -> std::optional<ByteView> {
      if (sender != member_sender(kSender)) return std::nullopt;
      return ByteView(signature_pub);
    };
  }
  Result<VerifiedContent> open_public(const PublicMessage& message) const {
    return unprotect_public(message, framing(), &membership_key, sender_key());
  }
  Result<VerifiedContent> open_private(const PrivateMessage& message) const {
    SecretTree secrets = tree();
    return unprotect_private(message, framing(), sender_data_secret, secrets, sender_key());
  }
};

// The message under `name` holds content whose body is `raw`.
template <class Message>
void check_recorded(Fields& fields, std::string_view name, const Epoch9420& epoch, ByteView raw) {
  const Bytes bytes = fields.bytes(name);
  const auto message = decode_exact<MlsMessage>(bytes);
  if (!fields.ok(message, name)) return;
  fields.same(name, encoded(*message));
  const auto* body = std::get_if<Message>(&message->body);
  if (!fields.check(body != nullptr, std::string(name) + ": another wire format")) return;
  const auto opened = [&] {
    if constexpr (std::same_as<Message, PublicMessage>) {
      return epoch.open_public(*body);
    } else {
      return epoch.open_private(*body);
    }
  }();
  if (!fields.ok(opened, name)) return;
  fields.check(equal(opened->encoded().body(), raw), std::string(name) + ": another content");
  fields.check(opened->sender() == member_sender(kSender), std::string(name) + ": another sender");
}

// What we protect, we open.
void check_ours(Fields& fields, const Epoch9420& epoch, const crypto::SignatureKey& key,
                WireFormat wire_format, decltype(FramedContent::content) body, ByteView raw) {
  FramedContent content{epoch.context.group_id, epoch.context.epoch, member_sender(kSender),
                        to_bytes("authenticated"), std::move(body)};
  const bool is_commit = content.content_type() == ContentType::commit;
  auto ours = SignedContent::sign(wire_format, std::move(content), epoch.encoded_context, key);
  if (!fields.ok(ours, "our signature")) return;
  if (is_commit) ours->set_confirmation_tag(Secret32{});

  if (wire_format == WireFormat::public_message) {
    const auto opened = epoch.open_public(protect_public(*ours, &epoch.membership_key));
    if (!fields.ok(opened, "our PublicMessage")) return;
    fields.check(equal(opened->encoded().body(), raw), "our PublicMessage: another content");
    return;
  }
  constexpr std::size_t kBuckets[] = {256, 1024};
  crypto::SystemRandom random;
  SecretTree secrets = epoch.tree();
  const auto sealed =
      protect_private(*ours, epoch.suite(), epoch.sender_data_secret, secrets, kBuckets, random);
  if (!fields.ok(sealed, "our PrivateMessage")) return;
  const auto opened = epoch.open_private(*sealed);
  if (!fields.ok(opened, "our PrivateMessage")) return;
  fields.check(equal(opened->encoded().body(), raw), "our PrivateMessage: another content");
}

// Application data never travels in a PublicMessage (RFC 9420 §6): we neither make nor take one,
// not even with a good signature and tag.
void check_no_public_application(Fields& fields, const Epoch9420& epoch,
                                 const crypto::SignatureKey& key, const Bytes& application) {
  PublicMessage message;
  message.content = {
      epoch.context.group_id, epoch.context.epoch, member_sender(kSender), {}, application};
  fields.refused(
      SignedContent::sign(WireFormat::public_message, message.content, epoch.encoded_context, key),
      "content_type_forbidden", "application data signed for a PublicMessage");

  const EncodedContent tbs(WireFormat::public_message, message.content, epoch.encoded_context);
  auto signature = crypto::sign_with_label(key, "FramedContentTBS", tbs.tbs());
  if (!fields.ok(signature, "our signature")) return;
  message.auth.signature = *std::move(signature);
  message.membership_tag =
      to_bytes(membership_tag(epoch.membership_key, tbs.tbs(), message.auth).view());
  fields.refused(epoch.open_public(message), "content_type_forbidden",
                 "application data in a PublicMessage");
}

void run(Fields& fields) {
  Epoch9420 epoch;
  epoch.context.cipher_suite = fields.suite();
  epoch.context.group_id = fields.bytes("group_id");
  epoch.context.epoch = fields.number("epoch");
  epoch.context.tree_hash = fields.bytes("tree_hash");
  epoch.context.confirmed_transcript_hash = fields.bytes("confirmed_transcript_hash");
  epoch.encoded_context = encoded(epoch.context);
  epoch.encryption_secret = fields.secret("encryption_secret");
  epoch.sender_data_secret = fields.secret("sender_data_secret");
  epoch.membership_key = fields.secret("membership_key");
  epoch.signature_pub = fields.bytes("signature_pub");
  const auto key =
      crypto::SignatureKey::from_private(epoch.suite(), fields.bytes("signature_priv"));
  if (!fields.ok(key, "signature_priv")) return;
  fields.same("signature_pub", key->public_key());

  const Bytes raw_proposal = fields.bytes("proposal");
  const Bytes raw_commit = fields.bytes("commit");
  const Bytes application = fields.bytes("application");
  const auto proposal = decode_exact<Proposal>(raw_proposal);
  const auto commit = decode_exact<Commit>(raw_commit);
  if (!fields.ok(proposal, "proposal") || !fields.ok(commit, "commit")) return;
  fields.same("proposal", encoded(*proposal));
  fields.same("commit", encoded(*commit));
  const Bytes raw_application = Writer().vector(application).take();

  check_recorded<PublicMessage>(fields, "proposal_pub", epoch, raw_proposal);
  check_recorded<PrivateMessage>(fields, "proposal_priv", epoch, raw_proposal);
  check_recorded<PublicMessage>(fields, "commit_pub", epoch, raw_commit);
  check_recorded<PrivateMessage>(fields, "commit_priv", epoch, raw_commit);
  check_recorded<PrivateMessage>(fields, "application_priv", epoch, raw_application);

  for (const WireFormat format : {WireFormat::public_message, WireFormat::private_message}) {
    check_ours(fields, epoch, *key, format, *proposal, raw_proposal);
    check_ours(fields, epoch, *key, format, *commit, raw_commit);
  }
  check_ours(fields, epoch, *key, WireFormat::private_message, application, raw_application);
  check_no_public_application(fields, epoch, *key, application);
}

}  // namespace

Kind message_protection() { return {"message-protection", run}; }

}  // namespace hearth::mls::vectors
