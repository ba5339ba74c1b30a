// The words of the plain face, for who asks.
#include "client/console/help.h"

namespace hearth::client {
namespace {

constexpr std::string_view kHelp =
    "What you type is said to everybody in the room. Commands:\n"
    "/members  who is here            /code  the safety code, to compare by voice\n"
    "/status  where you are           /privacy  what Hearth can and cannot do\n"
    "/leave  leave the room           /quit  end this program\n"
    "/desk text  a word to the staff alone\n"
    "/report name [why]  show the last message of that person to the staff\n"
    "! (or /hand)  raise your hand; /lower  take it down; /floor  who speaks, who is next\n"
    "done  your turn is over; pass  not now; /take  take your turn in a round; /heard  heard you\n"
    "/offline and /online  drop the connection, and come back\n"
    "/audit file  write down what was done here, without names and words, to be checked\n"
    "/vault file  keep your keys in a file, under a passphrase, so that you can come back\n"
    "/hide  lock the vault and clear the screen; the passphrase brings you back\n"
    "For those who keep the door:\n"
    "/invite [people] [hours] [note for staff]  make an invitation; /invitations lists them\n"
    "/revoke number  take one back; /reprint number  show its link again\n"
    "/referrals  let members ask for links to pass on (/refer)\n"
    "/newlock  make every old link useless\n"
    "/card file  print it: a page with its code; /card file title puts the room's title on it\n"
    "/admit [number]  let in one, or everybody who waits; /deny number [text]\n"
    "/remove name  remove somebody; /ban name [hours]; /bans  who is sent away\n"
    "/lobby name  send back to the lobby; /callback name\n"
    "/staffpass [note for staff]  an invitation for somebody who will be staff\n"
    "/removesince minutes  remove everybody who came since\n"
    "/mute name, /unmute name; /slow seconds  slow mode, 0 ends it\n"
    "/mode free, queue, round, respond or staff [minutes] [auto] [fair]  how the meeting goes\n"
    "/call [name]  give the turn; /more [minutes]; /skip  end a turn; /lead  lead the meeting\n"
    "/agenda [pack template [variant]]  the plan of the meeting; /next, /back, /item number  go "
    "on\n"
    "/erase name  take away all they said; /undo  take back your last act\n"
    "/nudge name text  a private word; /reply number text  to somebody who waits\n"
    "/pause, /unpause  only staff may write; /lock, /unlock  take no knocks\n"
    "/close, /open [lobby or open]  end the meeting, begin the next; /rebuild [name]  make the "
    "group "
    "anew, without that person\n"
    "For a lead: /appoint name, /helper name  ask somebody to be staff, or to help at the desk;\n"
    "/dismiss name; /handover name; /deputy name [how many]  deputies change the staff together\n"
    "/staff  who keeps this room; /stepback  be a member again; /accept, /decline, /sign\n"
    "A line that shall begin with a slash is typed with two.\n";

}  // namespace

std::string_view help_text() noexcept { return kHelp; }

}  // namespace hearth::client
