// The audit file: a room's log without its content, as lines of text; and its check.
//
//   hearth audit 1
//   room ROOM MEMBER_PART                          both in hexadecimal; H(member part)
//   entry SEQ control GENERATION H BODY            the genesis first; the body in hexadecimal
//   from SEQ H                                     only where the list does not go on with entry 2
//   entry SEQ commit|proposal|app GENERATION H BODY_HASH
//   checkpoint SEQ H SIGNATURE                     the last line
//
// H is the chain's value after the entry. Every list has one form: lower-case digits, numbers
// without leading zeros, one space, one line end.
#pragma once

#include <expected>
#include <istream>
#include <string>
#include <vector>

#include "client/core/audit_log.h"
#include "protocol/room/control.h"

namespace hearth::client {

std::string audit_text(const AuditList& list);

// Where a file does not hold, and why.
struct AuditFault {
  std::size_t line = 0;
  std::string_view reason;  // A word: of the core, or line_invalid, line_missing, line_too_long.
};
struct AuditReport {
  std::vector<std::string> acts;  // What staff and server did, one plain line each.
  std::string closing;            // What holds, and from where on.
};
// Reads a file line by line and checks everything that can be checked without being in the room.
std::expected<AuditReport, AuditFault> verify_audit(std::istream& file);

// One act of staff or server as a plain line.
std::string line_of_act(room::Seq seq, const room::Control& control);
std::string sentence_of(const AuditFault& fault);

// `hearth audit verify FILE`. Prints the acts and a closing line. Exit codes: 0 it holds, 1 it does
// not, 2 there is no such file.
int audit_verify_main(const std::string& path);

}  // namespace hearth::client
