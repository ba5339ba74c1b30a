// Serving the lines that are ready, and the cores whose time has come.
#include "tests/bench/room/crowd.h"

#include <algorithm>
#include <array>

#include <sys/epoll.h>
#include <unistd.h>

namespace hearth::tests {
namespace {

constexpr auto kTurnMax = std::chrono::milliseconds(5);
constexpr std::size_t kReadyMax = 64;
constexpr std::size_t kBusyMax = 8;  // In one round: an update of theirs takes up to 30 ms.

Instant system_now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

}  // namespace

// --- One of them --------------------------------------------------------------------------------

Guest::~Guest() { disconnect(); }

std::uint64_t Guest::ask(client::CommandBody body) {
  const std::uint64_t tag = next_tag_++;
  answers_.clear();
  act(client::Command{std::move(body), tag});
  return tag;
}

void Guest::act(client::Action action) { carry_out(core_.update(std::move(action), system_now())); }

void Guest::carry_out(client::Effects effects) {
  for (client::Effect& effect : effects) {
    if (std::holds_alternative<client::Connect>(effect)) connect();
    if (std::holds_alternative<client::Disconnect>(effect)) disconnect();
    if (const auto* send = std::get_if<client::Send>(&effect); send && line_) {
      line_->send(send->record);
    }
    if (const auto* timer = std::get_if<client::SetTimer>(&effect)) timer_ = timer->at;
    if (auto* show = std::get_if<client::Show>(&effect)) {
      knocked_ |= std::holds_alternative<client::Knocking>(show->event);
      if (show->tag != 0) answers_.push_back(*show);
      shown_.push_back({std::move(*show), Clock::now()});
    }
  }
  if (line_) line_->pump(0);
}

void Guest::connect() {
  disconnect();
  line_ = test::Stream::to(crowd_.port_);
  announced_ = false;
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.u64 = number_;
  expects(epoll_ctl(crowd_.epoll_, EPOLL_CTL_ADD, line_->native(), &wanted) == 0);
}

void Guest::disconnect() {
  if (line_) line_->pump(0);
  line_.reset();  // Closing takes it out of the epoll set, too.
}

void Guest::serve() {
  if (!line_) return;
  line_->pump(~std::uint64_t{0});
  if (!announced_ && line_->open()) {
    announced_ = true;
    act(client::Connected{});
  }
  while (line_) {
    auto record = line_->take();
    if (!record) break;
    if (number_ == 0) records_.push_back(*record);
    act(client::RecordReceived{*std::move(record)});
  }
  if (!line_ || !line_->ended()) return;
  line_.reset();
  act(client::ConnectionLost{});
}

void Guest::on_time() {
  if (line_ && !line_->flushed()) line_->pump(0);
  if (!timer_ || *timer_ > system_now()) return;
  timer_.reset();
  act(client::TimePassed{});
}

// --- All of them --------------------------------------------------------------------------------

Crowd::Crowd(std::uint16_t port, std::size_t threads)
    : port_(port),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      begin_(static_cast<std::ptrdiff_t>(threads)),
      end_(static_cast<std::ptrdiff_t>(threads)) {
  expects(epoll_ >= 0);
  for (std::size_t i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

Crowd::~Crowd() {
  over_ = true;
  begin_.arrive_and_wait();
  workers_.clear();
  guests_.clear();
  ::close(epoll_);
}

Guest& Crowd::add(std::string name) {
  guests_.push_back(std::make_unique<Guest>(*this, guests_.size(), std::move(name)));
  return *guests_.back();
}

bool Crowd::until(const std::function<bool()>& done, std::chrono::milliseconds at_most) {
  const auto end = Clock::now() + at_most;
  while (!done()) {
    if (Clock::now() >= end) return false;
    turn();
  }
  return true;
}

void Crowd::turn() {
  std::array<epoll_event, kReadyMax> events{};
  const int count = epoll_wait(epoll_, events.data(), events.size(), kTurnMax.count());
  ready_.clear();
  std::size_t busy = 0;
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
    if (number == 0) continue;
    if (guests_[number]->knocked_ && ++busy > kBusyMax) continue;  // In a later round.
    ready_.push_back(number);
  }
  std::ranges::stable_partition(ready_, [&](std::size_t i) { return !guests_[i]->knocked_; });
  next_ = 0;
  if (!ready_.empty()) {
    begin_.arrive_and_wait();
    serve_ready();
    end_.arrive_and_wait();
  }
  serve_first();
  for (const auto& guest : guests_) guest->on_time();
  hand_on();
}

void Crowd::serve_ready() {
  for (std::size_t i = next_++; i < ready_.size(); i = next_++) {
    guests_[ready_[i]]->serve();
    serve_first();
  }
}

void Crowd::serve_first() {
  if (first_busy_.test_and_set(std::memory_order_acquire)) return;  // Another thread does.
  guests_.front()->serve();
  guests_.front()->on_time();
  first_busy_.clear(std::memory_order_release);
}

void Crowd::work() {
  for (begin_.arrive_and_wait(); !over_; begin_.arrive_and_wait()) {
    serve_ready();
    end_.arrive_and_wait();
  }
}

void Crowd::hand_on() {
  // What is shown may make somebody ask, and be shown more: that waits for the next round.
  for (std::size_t i = 0; i < guests_.size(); ++i) {
    Guest& guest = *guests_[i];
    for (const Shown& shown : std::exchange(guest.shown_, {})) on_show(guest, shown);
    for (const Bytes& record : std::exchange(guest.records_, {})) on_first_record(record);
  }
}

}  // namespace hearth::tests
