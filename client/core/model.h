// The model behind Core: one stay, and the three parts that move it. Private to this folder.
#pragma once

#include "client/core/admission_pace.h"
#include "client/core/admitter.h"
#include "client/core/audit_log.h"
#include "client/core/backoff.h"
#include "client/core/ban_list.h"
#include "client/core/chronicle.h"
#include "client/core/core.h"
#include "client/core/desk.h"
#include "client/core/errand.h"
#include "client/core/evidence.h"
#include "client/core/invitation_book.h"
#include "client/core/leaf_ages.h"
#include "client/core/outbox.h"
#include "client/core/turn_clock.h"
#include "client/core/undo_list.h"
#include "client/core/watch.h"
#include "protocol/room/appointment.h"
#include "protocol/session/client_session.h"
#include "protocol/session/pending_appends.h"

namespace hearth::client {

// How far this stay has come.
enum class Stage : std::uint8_t {
  idle,      // Nothing asked yet.
  creating,  // The room is being founded.
  door,      // On the way to the door, or at it.
  waiting,   // The knock waits.
  joining,   // Admitted: reading up to our own admission.
  inside,
  closed,  // No meeting: staff may open one, guests ask again from time to time.
  ended,
};
std::string_view name_of(Stage stage) noexcept;

// With which key a connection introduces itself. Tried in this order.
enum class Introduction : std::uint8_t { staff, arrival, stay, gate };

// One file for each that may move it: what the user asks (answer.h and core_commands.cpp,
// core_invitations.cpp, core_moderation.cpp), what the connection says (core_connection.cpp), what
// happens at the door (core_door.cpp), what the log says (core_reading.cpp), what nobody asks for
// (core_upkeep.cpp). Each only notes what is to be done; `pump` does what can be done now, and
// `core.cpp` sets the one timer.
class Core::Model final {
 public:
  explicit Model(crypto::RandomSource& random) : random_(random) {}

  Effects update(Action action, Instant now);
  Status resume(ByteView kept);
  bool ended() const noexcept { return stage_ == Stage::ended; }

 private:
  struct Answer;  // Visits a command.
  struct AuditAsked {
    std::string path;
    std::uint64_t tag = 0;
  };

  // --- Effects ---
  void show(Event event, std::uint64_t tag = 0) { effects_.push_back(Show{std::move(event), tag}); }
  void refuse(const Error& error, std::uint64_t tag) { show(Refused{error.name}, tag); }
  void done(std::uint64_t tag) {
    if (tag != 0) show(Done{}, tag);
  }
  void send(const wire::ClientMessage& message) {
    if (session_) session_->send(message);
  }
  void flush_session();
  void end(std::string_view reason);
  void hard_stop(std::string_view reason, std::string witness = {});

  // --- The connection (core_connection.cpp) ---
  void connect_now();
  void reconnect_later(Duration at_least = Duration::zero());
  void drop_session();
  void on_connected(const Connected& connected);
  void on_lost();
  void on_record(const RecordReceived& received);
  void on_record_error(const Error& error);
  void on_greeted(const session::Greeted& greeted);
  void introduce();
  std::vector<Introduction> introductions() const;
  void on_authenticated(const session::Authenticated& authenticated);
  void on_introduction_refused();
  void on_room_created();
  void on_room_refused(wire::CreateRefusal reason);
  void on_message(wire::ServerMessage message);
  void on_door(const wire::Door& door);
  void on_goodbye(const wire::Goodbye& goodbye);
  void on_error_record(const wire::ErrorRecord& error);

  // --- Knocking and joining (core_door.cpp) ---
  void take_link(room::Link link);
  void knock();
  void come_in();
  void knock_again();  // For a group that goes on without us.
  void on_knock_refused(wire::KnockRefusal reason);
  void on_denied(const wire::KnockDenied& denied);
  void on_admitted(const wire::Admitted& admitted);
  void on_welcome(const wire::Welcome& welcome);
  void on_knock_shown(const wire::KnockShown& shown);
  void show_knock(const Guest& guest);

  // --- The log (core_reading.cpp) ---
  void follow();
  void on_followed(const session::Followed& followed);
  void on_reading(Reading reading, room::Seq seq);
  void on_entered();
  void on_caught_up(const session::CaughtUpWith& caught_up);
  void on_append_refused(const wire::AppendRefused& refused);
  void on_checkpoint(const room::Checkpoint& checkpoint);
  void on_errand_done(Errand errand);
  void on_errand_refused(Errand& errand, const room::Refusal& refusal);
  void on_act(const room::Control& act, room::Seq seq, const Reading& reading);
  void on_staff_words();
  void on_own_words(const Outbox::Draft& draft, room::Seq seq, const room::Hash& h);
  bool caught_up() const noexcept { return session_ && session_->caught_up(); }

  // --- Notes, reports, faults (core_desk.cpp) ---
  // A note of any type; its outcomes come back with `tag`.
  Result<Bytes16> send_note(const Desk::Address& to, room::NoteType type, ByteView content,
                            std::uint64_t tag, const Bytes16& re = {});
  Status nudge(const room::Handle& handle, std::string_view text, std::uint64_t tag);
  Status write_line(std::optional<std::uint64_t> slot, std::string_view text, std::uint64_t tag);
  Status report(room::Seq seq, std::string reason, std::uint64_t tag);
  void report_fault(const Reading& reading, const room::Anchor& at);
  void remember(const session::Followed& followed, const Heard* heard);
  void on_note_shown(const wire::NoteShown& shown);
  void on_letter(Desk::Letter letter);
  void on_outcome(const Desk::Outcome& outcome);
  void on_report(const Desk::Letter& letter);
  void on_tag_checked(const wire::TagChecked& checked);
  void ask_tags();
  void show_checked_reports();
  void pump_desk();
  bool writes_to_desk() const;
  const crypto::SignatureKey* pen() const;
  bool believes(const Desk::From& from) const;
  std::vector<room::DeskKey> keys_of(const Desk::Address& to) const;
  const room::StaffList& staff_list() const;
  Person person_of(const Desk::From& from) const;
  Person person_of(const room::PublicKey& key) const;
  // The key by which the server knows this person's words.
  room::PublicKey speaking_key(const Heard& heard) const;
  // --- Invitations and the lock (core_invitations.cpp) ---
  Invites invites();
  std::string link_text(const Secret16& seed) const;
  room::Link link_of(const Secret16& seed) const;
  void on_referral_asked(const Desk::Letter& letter);
  void on_referral(const Desk::Letter& letter);
  Status post_new_lock();
  void on_own_lock(room::Seq seq);
  void adopt_lock(const Secret16& s_door, const Person& by);
  void put_door();
  void on_door_put(std::string_view refusal);
  void on_admitted_by(const room::Control& admit);

  // --- Moderation (core_moderation.cpp) ---
  void note_bans(const room::RemoveOp& op, const Reading& reading);

  // --- Staff (core_staff.cpp) ---
  struct StaffPlan {
    std::vector<room::StaffEntry> entries;
    std::uint8_t quorum = 0;
    std::optional<room::AppointmentAnswer> newcomer{};
    std::optional<room::Handle> newcomer_handle{};
    std::vector<room::Handle> removed{};
  };
  // Signs the list that the plan comes to, and puts it into the log, or asks for a quorum.
  Status change_staff(StaffPlan plan, std::uint64_t tag);
  Status put_staff(StaffErrand change, std::uint64_t tag);
  const room::StaffEntry* own_entry() const;
  void on_staff(const room::StaffList& list, const Reading& reading);
  StaffShown staff_shown() const;
  void remember_staff();
  Person known_staff(const room::PublicKey& staff_id) const;
  void put_door_later(std::uint64_t tag);

  // --- Offices, by note (core_appointment.cpp) ---
  Status ask_quorum(StaffErrand change, std::uint64_t tag);
  void plan_appointment();
  void on_office_letter(const Desk::Letter& letter);
  void on_offer(const Desk::Letter& letter);
  void on_offer_answered(const Desk::Letter& letter);
  void on_quorum_asked(const Desk::Letter& letter);
  void on_quorum_signature(const Desk::Letter& letter);

  // --- What nobody asks for (core_upkeep.cpp) ---
  void plan_upkeep();
  void plan_admission();
  void refuse_admission(const AdmitErrand& admit, std::string_view reason);
  void plan_renewal();
  void plan_tidying();
  void watch_silence();
  void watch_turn();
  void offer_lead();
  void on_card(const agenda::AgendaCard& card, Person by, std::uint64_t tag = 0);
  void plan_agenda();
  void drop_overtaken_item();
  NotSent not_sent(std::string text, room::AppendRefusal reason) const;
  void on_commit(const Reading& reading);
  bool stored() const;
  bool adds_held() const noexcept { return adds_held_until_ && now_ < *adds_held_until_; }
  bool leads() const;

  // --- Keeping the stay (core_keeping.cpp) ---
  // Whatever this update sends depends on what it has changed.
  void keep_first() noexcept { keep_now_ = keeping_; }
  void keep_soon();
  void put_keep();
  SecretBytes kept(bool groups) const;
  void keep_stay(KeptWriter& out, bool groups) const;
  Status resume_stay(Reader& in, std::uint16_t version);
  Status resume_agenda(Reader& in);
  void on_copied();
  // Nothing is left to come back to, but for staff: they have their keys.
  void forget_stay(std::string_view reason);
  void come_back();

  // --- Doing what can be done now (core.cpp) ---
  void pump();
  void pump_errands();
  void pump_texts();
  void append(wire::Append message);
  void on_time();
  void set_timer();
  void command(Command command);
  StatusReport status() const;

  crypto::RandomSource& random_;
  Instant now_{};
  Effects effects_;
  Stage stage_ = Stage::idle;

  // Where we are.
  std::optional<House> house_;
  std::optional<CreateRoom> founding_;  // Until the room exists.
  std::uint64_t founding_tag_ = 0;
  std::optional<room::Link> link_;
  std::optional<DoorKeys> door_keys_;
  std::string host_;
  std::string name_;
  std::string greeting_;
  std::uint64_t knock_tag_ = 0;
  bool looking_ = false;  // The agreement is being read: no knock yet.

  // Who we are: the stay that the server knows us by, and the one we ask for.
  std::optional<crypto::SignatureKey> stay_;  // The delivery key.
  std::optional<Arrival> arrival_;
  unsigned welcomes_failed_ = 0;
  bool been_inside_ = false;
  bool cut_off_ = false;  // Our leaf was removed: if the handle is gone too, we were sent away.

  // The connection.
  std::optional<session::ClientSession> session_;
  bool connecting_ = false;
  bool offline_ = false;                     // The user wants it so.
  bool leaving_ = false;                     // The user has asked to leave.
  std::size_t introduction_ = 0;             // Which of them comes next.
  Introduction asked_ = Introduction::gate;  // Which one is being decided.
  std::string_view refusal_shown_;
  std::optional<Instant> connect_at_;
  std::optional<Instant> knock_at_;
  Backoff backoff_;

  // What we know and want.
  std::optional<LogReader> reader_;
  std::optional<room::Chain> chain_;       // Between connections.
  std::optional<room::Chain> past_chain_;  // Of the reader before: the new one must agree with it.
  bool regrouped_ = false;                 // What is on its way was made for a group that is gone.
  AuditLog audit_;
  std::optional<AuditAsked> audit_asked_;  // Waits for a signed head.
  session::PendingAppends pending_;
  Outbox outbox_;
  Errands errands_;
  Admitter admitter_;
  Desk desk_;
  Evidence evidence_;
  struct Checking {  // A report whose items wait for the server's word.
    ReportReceived event;
    struct Question {
      std::size_t item = 0;
      wire::CheckTag ask;
      bool asked = false;
    };
    std::deque<Question> questions;
  };
  std::deque<Checking> checking_;
  // Below the server's burst of ten and ten a minute.
  static constexpr Duration kTagEvery = std::chrono::milliseconds(6100);
  static constexpr unsigned kTagsAtOnce = 8;
  Instant tag_pace_{};
  AdmissionPace pace_;
  std::vector<std::uint64_t> admit_tags_;  // Of the commands that the next admission answers.

  // Keeping the door and the peace.
  struct NewLock {
    Secret16 s_door;
    std::uint64_t tag = 0;
    room::Seq seq;  // Where it was read; {0}: it is on its way.
  };
  std::optional<NewLock> new_lock_;  // Of ours; the last one.
  struct DoorDue {
    std::vector<std::uint64_t> tags;  // Of the commands that are done when it is put.
    bool in_flight = false;           // On this connection.
  };
  std::optional<DoorDue>
      door_due_;  // The card is not what it was; the server does not have it yet.
  std::map<room::PublicKey, Person> staff_known_;  // Also of those who are not here now.
  struct Offer {                                   // Of ours, to a member.
    Bytes16 id{};
    room::Handle to;
    std::uint8_t rights = 0;  // Of a supporter; 0: to be staff.
    room::AppointmentOffer terms;
    std::uint64_t tag = 0;
    Instant until{};
    std::optional<room::AppointmentAnswer> answer;  // Yes: the certificate is waited for.
  };
  std::vector<Offer> offers_;
  struct OfferHere {  // To us; the last one.
    Bytes16 id{};
    std::uint8_t rights = 0;
    room::AppointmentOffer terms;
  };
  std::optional<OfferHere> offered_;
  struct Quorum {  // A change of ours that waits for the signatures of other deputies.
    StaffErrand change;
    Bytes16 id{};
    std::uint64_t tag = 0;
  };
  std::optional<Quorum> quorum_;
  struct QuorumHere {  // One of another deputy that waits for ours.
    room::StaffList list;
    Bytes16 id{};
  };
  std::optional<QuorumHere> quorum_asked_;
  bool reintroduce_ = false;  // We are somebody else for the server from now on.
  InvitationBook book_;
  static constexpr unsigned kReferralsMax = 4;  // Links for one member.
  std::map<room::Handle, unsigned> referrals_given_;
  Bytes16 referral_asked_{};  // By us.
  BanList bans_;
  Chronicle chronicle_;
  UndoList undo_;

  // Upkeep.
  LeafAges ages_;
  std::optional<Instant> tidy_at_;
  bool update_called_ = false;  // Updates were asked for; at tidy_at_ they are committed.
  Instant tidied_{};
  std::optional<Instant> adds_held_until_;   // A steward's commit comes first.
  std::optional<std::uint64_t> updated_in_;  // The epoch that our last Update was made in.
  Instant update_again_{};
  Watch watch_;
  bool withheld_ = false;  // It has been said.
  TurnClock turn_clock_;
  std::optional<agenda::Agenda> agenda_;  // Our own plan, or what the last card says.
  bool card_due_ = false;                 // Somebody has come in, or a restart took the card away.
  std::optional<Instant> item_over_at_;   // To be said then.
  room::Seq mode_at_;                     // Of the newest mode in the log.
  bool item_overtaken_ = false;           // It was somebody else's, since the log was caught up.
  std::optional<room::PublicKey> lead_down_;     // Whose line is down, says the server.
  std::optional<room::PublicKey> lead_offered_;  // In whose place we may lead: it has been shown.
  std::optional<Instant> silence_at_;
  bool silence_stale_ = true;  // What silence_at_ was made from has changed.
  std::optional<Instant> timer_;

  // Keeping.
  bool keeping_ = false;
  bool keep_now_ = false;                               // In this update.
  bool resumed_ = false;                                // And not caught up since.
  bool over_ = false;                                   // Nothing is left of this stay.
  std::optional<Instant> keep_at_;                      // What was read since is kept then.
  room::Admission admission_ = room::Admission::lobby;  // Of the first meeting.
  // Of a stay that was resumed: what was on its way, by the hash of its body, and with which key.
  std::map<room::Hash, Bytes16> sent_before_;
  // With which handle we may knock, where the server does not know the other one.
  std::optional<crypto::SignatureKey> older_stay_;
};

}  // namespace hearth::client
