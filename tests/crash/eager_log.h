// A log that lies: it says "durable" before it is. The crash test must find it out.
#pragma once

#include "tests/crash/forwarding_log.h"

namespace hearth::tests {

class EagerLog final : public ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;

  void commit(server::LogBatch batch, Done done) override {
    kept().commit(std::move(batch), [](Status) {});
    done({});
  }
};

}  // namespace hearth::tests
