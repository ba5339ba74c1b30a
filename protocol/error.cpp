// What happens when something impossible happened.
#include "protocol/error.h"

#if defined(__cpp_exceptions)
#include <stdexcept>
#include <string>
#endif

namespace hearth {

void unreachable_state(std::source_location where) {
#if defined(__cpp_exceptions)
  throw std::logic_error(std::string("broken expectation at ") + where.file_name() + ":" +
                         std::to_string(where.line()));
#else
  (void)where;
  __builtin_trap();
#endif
}

void expects(bool condition, std::source_location where) {
  if (!condition) unreachable_state(where);
}

}  // namespace hearth
