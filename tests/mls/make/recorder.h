// Writing down what happens in an MlsWorld, as test vectors.
#pragma once

#include <string>
#include <vector>

#include "client/json/json.h"
#include "tests/support/mls_world.h"

namespace hearth::mls::make {

// The value of what cannot fail in a well-behaved world.
template <class T>
T must(Result<T> result) {
  expects(result.has_value());
  return *std::move(result);
}
inline void must(Status status) { expects(status.has_value()); }

// The cases of one file; written as a JSON list with one case per line.
struct VectorFile {
  std::string name;  // With .json.
  std::vector<json::Value> cases;
};
void write_file(const std::string& directory, const VectorFile& file);

// One member of a world, "lis", as passive-client files tell of it: how it joins, then epochs.
class Recorder final {
 public:
  // "ana" founds a group and adds "lis" and `others` in one commit.
  Recorder(std::uint64_t seed, CipherSuite suite, const std::vector<std::string>& others,
           bool tree_inside = true);

  test::MlsWorld& world() noexcept { return world_; }
  Group& group(const std::string& name) { return world_.group(name); }
  crypto::RandomSource& random() noexcept { return world_.random(); }

  // A PSK that everybody has.
  Bytes new_psk();
  // Adds newcomers by a commit of `by`.
  void add(const std::string& by, const std::vector<std::string>& names, CommitOptions options);
  void propose(const std::string& by, const Bytes& message);  // All others take it.
  void commit(const std::string& by, CommitOptions options);
  void external_join(const std::string& name);
  // Whoever is outside is made and named; removed members stay out.
  std::string newcomer();

  // The case so far: how lis joined, PSKs and epochs.
  json::Value test_case() const;
  const KeyPackageBundle& bundle() const noexcept { return bundle_; }
  // For a Welcome of somebody else's making, where nothing is recorded of what follows.
  json::Value invitation(const Bytes& welcome) const;

 private:
  void end_epoch(const Bytes& commit);

  test::MlsWorld world_;
  KeyPackageBundle bundle_;
  Bytes welcome_;
  std::optional<Bytes> tree_;
  Bytes first_authenticator_;
  json::Value psks_ = json::array();
  json::Value epochs_ = json::array();
  json::Value proposals_ = json::array();
  unsigned named_ = 0;
};

// --- What is made -------------------------------------------------------------------------------
std::vector<VectorFile> make_histories(std::uint64_t seed);  // histories.cpp
std::vector<VectorFile> make_values(std::uint64_t seed);     // values.cpp
VectorFile make_refused_messages(std::uint64_t seed);        // refused_messages.cpp
VectorFile make_refused_welcomes(std::uint64_t seed);        // refused_joins.cpp
VectorFile make_refused_trees(std::uint64_t seed);
VectorFile make_refused_key_packages(std::uint64_t seed);
VectorFile make_refused_structures();

}  // namespace hearth::mls::make
