// The people of a kick, and the room they come to.
#pragma once

#include <chrono>

#include <sys/types.h>

#include "tests/crash/kick_look.h"

namespace hearth::test {

inline constexpr std::chrono::seconds kPatienceMax{20};

// Anna's open room with Ben, Cleo, Emil and Mallory in it, and perhaps Dora. Everything waits for
// what it is about, and is KickFailed where that does not come.
class KickRoom {
 public:
  struct Plan {
    std::uint64_t seed = 0;
    bool kept = false;          // The room is stored, else live.
    bool mallory_away = false;  // When the kick comes.
    bool second_staff = false;  // Dora.
  };
  explicit KickRoom(const Plan& plan) : plan_(plan) {}

  // On the server at `port`: they come in, Emil goes away, somebody says "before".
  void gather(std::uint16_t port);

 protected:
  Guest& guest(const std::string& name);
  Guest& anna() { return guest("Anna"); }
  Guest& mallory() { return guest("Mallory"); }
  // Who stays, and is here.
  std::vector<Guest*> present();
  void forget(const Guest& who);
  const std::vector<std::unique_ptr<Guest>>& guests() const noexcept { return guests_; }

  // Until something comes.
  bool wait(std::chrono::milliseconds at_most);
  void step_all();
  void until(const char* what, const std::function<bool()>& done);
  // Until nothing comes any more.
  void settle();
  void say(Guest& who, const std::string& text, const std::vector<Guest*>& to);
  void come_back(Guest& who);
  // From here on this client is a process of its own, with its core and its socket, and the others
  // stay. It begins with `begin`, and has 20 seconds to die.
  pid_t live_alone(Guest& who, const std::function<void()>& begin);

  const Plan plan_;
  std::uint16_t port_ = 0;  // Where the server is now.
  KickedRoom at_;
  std::optional<crypto::SignatureKey> gate_;  // Of Mallory's invitation.

 private:
  std::string invite(std::uint16_t uses);
  void appoint(const std::string& name);

  std::vector<std::unique_ptr<Guest>> guests_;
};

}  // namespace hearth::test
