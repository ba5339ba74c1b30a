// Reading a pack, line by line, with something to do for every mistake.
#include <algorithm>
#include <array>
#include <optional>

#include "client/agenda/pack_text.h"
#include "client/agenda/template_reader.h"

namespace hearth::agenda {
namespace {

constexpr std::string_view kFirstWord = "hearth-pack";
constexpr std::string_view kFirstLine = "hearth-pack 1";

constexpr std::array<std::string_view, 7> kSections{"language", "title", "variants", "reading",
                                                    "prompt",   "card",  "template"};
constexpr std::array<std::string_view, 3> kCardWords{"title", "review", "text"};
constexpr std::array<std::string_view, 2> kVariants{"non-religious", "religious"};

class PackReader final {
 public:
  explicit PackReader(Compose nfc) : nfc_(nfc) {}

  PackReport read(std::string_view content) {
    if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
    if (content.size() > kPackSizeMax) {
      problems_.error(1, "the file is longer than 256 KiB; make two packs of it");
    } else if (begins_well(content)) {
      read_lines(content);
      if (!problems_.full()) finish();
    }
    return report();
  }

 private:
  enum class In { nothing, text, card, card_text, plan };
  PackReport report() {
    PackReport report;
    if (!problems_.has_errors()) report.pack = std::move(pack_);
    report.problems = problems_.take();
    return report;
  }

  bool begins_well(std::string_view content) {
    std::string_view first = content.substr(0, content.find('\n'));
    if (first.ends_with('\r')) first.remove_suffix(1);
    const Words words = split_word(first);
    if (first.starts_with(kFirstWord) && words.first == kFirstWord) {
      if (words.rest == "1") return true;
      problems_.error(1,
                      "this hearth reads " + std::string(kFirstLine) +
                          " and no other version; make this the first line, or use another hearth");
    } else {
      problems_.error(1,
                      "a pack begins with the line " + std::string(kFirstLine) + "; put it first");
    }
    return false;
  }

  void read_lines(std::string_view content) {
    std::size_t number = 0;
    while (!content.empty() && !problems_.full()) {
      const std::size_t end = content.find('\n');
      std::string_view raw = content.substr(0, end);
      content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
      if (raw.ends_with('\r')) raw.remove_suffix(1);
      if (++number > 1) read_line(number, raw);
    }
  }

  void read_line(std::size_t number, std::string_view raw) {
    if (raw.size() > kPackLineSizeMax) {
      return problems_.error(
          number, "the line is longer than 1024 bytes; break it, texts are joined again");
    }
    if (std::string what = unclean(raw); !what.empty()) {
      block_.emplace_back("?");  // Something stood here: no second complaint.
      return problems_.error(number, std::move(what));
    }
    const std::string composed = nfc_(raw);
    const std::size_t begin = composed.find_first_not_of(' ');
    if (begin == std::string::npos) {
      if (in_ == In::text || in_ == In::card_text) block_.emplace_back();
      return;
    }
    const Line line{number, begin, trimmed(composed)};
    if (line.text.starts_with('#')) return;
    if (line.indent == 0) return begin_section(line);
    switch (in_) {
      case In::nothing:
        return problems_.error(number,
                               "nothing above this line takes what is set in; begin it in the "
                               "first column, or take it out");
      case In::text: return read_text(line, 2);
      case In::card_text:
        if (line.indent >= 4) return read_text(line, 4);
        end_card_text();
        [[fallthrough]];
      case In::card: return read_card_line(line);
      case In::plan: return template_->read(line);
    }
  }

  void read_text(const Line& line, std::size_t indent) {
    if (line.indent < indent) return problems_.wrong_indent(line, indent);
    // What would be a comment is text with a backslash before it.
    block_.emplace_back(line.text.starts_with("\\#") ? line.text.substr(1) : line.text);
  }

  // Sections, in column 0.

  void begin_section(const Line& line) {
    end_section();
    const auto [word, rest] = split_word(line.text);
    if (word == "language") return read_language(line, rest);
    if (word == "title") return read_title(line, rest, pack_.title);
    if (word == "variants") return read_variants(line, rest);
    if (word == name_of(TextKind::reading)) return begin_text(line, rest, TextKind::reading);
    if (word == name_of(TextKind::prompt)) return begin_text(line, rest, TextKind::prompt);
    if (word == name_of(TextKind::card)) return begin_text(line, rest, TextKind::card);
    if (word == "template") return begin_template(line, rest);
    // What follows belongs to it, and would only be a second complaint.
    in_ = In::text;
    open_text_ = false;
    problems_.error(line.number,
                    "no section is called " + quoted(word) + suggestion(word, kSections));
  }

  void read_language(const Line& line, std::string_view rest) {
    if (!pack_.language.empty()) return problems_.twice(line, "language");
    if (!is_language_tag(rest)) {
      return problems_.error(line.number, "language takes a tag such as en, dv or ms-Arab");
    }
    pack_.language = rest;
  }

  void read_title(const Line& line, std::string_view rest, std::string& title) {
    if (!title.empty()) return problems_.twice(line, "title");
    if (rest.empty() || rest.size() > kTitleSizeMax) {
      return problems_.error(line.number, "title takes a line of 1 to 200 bytes");
    }
    title = rest;
  }

  void read_variants(const Line& line, std::string_view rest) {
    if (!pack_.variants.empty()) return problems_.twice(line, "variants");
    for (const std::string_view word : words_in(rest)) {
      const auto variant = variant_of(word);
      if (!variant) {
        problems_.error(line.number,
                        "no variant is called " + quoted(word) + suggestion(word, kVariants));
      } else if (std::ranges::find(pack_.variants, *variant) != pack_.variants.end()) {
        problems_.error(line.number,
                        "the variant " + std::string(word) + " stands here twice; once will do");
      } else {
        pack_.variants.push_back(*variant);
      }
    }
    variants_named_ = true;
    if (words_in(rest).empty()) {
      problems_.error(line.number, "variants takes one or both of non-religious and religious");
    }
  }

  // Texts

  void begin_text(const Line& line, std::string_view rest, TextKind kind) {
    in_ = kind == TextKind::card ? In::card : In::text;
    open_text_ = true;
    text_ = {};
    text_.kind = kind;
    text_.line = line.number;
    const std::vector<std::string_view> words = words_in(rest);
    const std::string kind_name(name_of(kind));
    if (words.empty() || !is_reference(words[0])) {
      problems_.error(line.number,
                      kind_name +
                          " takes a name of lower-case letters, digits and dashes, at most 40, "
                          "such as " +
                          kind_name + " opening");
      open_text_ = false;
      return;
    }
    text_.name = words[0];
    if (words.size() > 1) {
      text_.variant = variant_of(words[1]);
      if (!text_.variant || words.size() > 2) {
        const std::string_view odd = text_.variant ? words[2] : words[1];
        problems_.error(line.number,
                        "after the name may stand religious or non-religious, not " + quoted(odd) +
                            (text_.variant ? std::string() : suggestion(odd, kVariants)));
      }
    }
  }

  void read_card_line(const Line& line) {
    if (line.indent != 2) return problems_.wrong_indent(line, 2);
    const auto [word, rest] = split_word(line.text);
    if (word == "title") return read_title(line, rest, text_.title);
    if (word == "review") {
      if (text_.review) return problems_.twice(line, "review");
      text_.review = day_in(rest);
      if (!text_.review) problems_.error(line.number, "review takes a day such as 2027-06-30");
      return;
    }
    if (word == "text") {
      if (!rest.empty()) {
        return problems_.error(line.number,
                               "the text stands below, set in by four blanks; leave only text");
      }
      if (!text_.text.empty()) return problems_.twice(line, "text");
      in_ = In::card_text;
      block_.clear();
      return;
    }
    problems_.error(line.number, "a card has no " + quoted(word) + suggestion(word, kCardWords));
  }
  void end_card_text() {
    text_.text = joined(block_);
    block_.clear();
    in_ = In::card;
  }

  void end_text() {
    if (in_ == In::card_text) {
      end_card_text();
    } else if (in_ == In::text) {
      text_.text = joined(block_);
      block_.clear();
    }
    if (!open_text_) return;
    open_text_ = false;
    judge_text();
    if (pack_.texts.size() == kPackTextsMax) {
      return problems_.error(text_.line, "a pack holds at most 256 texts; make two packs of it");
    }
    pack_.texts.push_back(std::move(text_));
  }

  void judge_text() {
    const std::string called = std::string(name_of(text_.kind)) + " " + text_.name;
    const bool card = text_.kind == TextKind::card;
    const bool prompt = text_.kind == TextKind::prompt;
    // A card is shown with its title.
    const std::size_t size_max = prompt ? kPromptSizeMax
                                 : card ? kReadingSizeMax - kTitleSizeMax - 1
                                        : kReadingSizeMax;
    if (text_.text.size() > size_max) {
      problems_.error(text_.line, called + " has " + std::to_string(text_.text.size()) +
                                      " bytes of at most " + std::to_string(size_max) +
                                      "; make it shorter");
    }
    if (text_.text.empty() && !card) {
      problems_.error(text_.line, called + " has no text; write it below, set in by two blanks");
    }
    if (prompt && text_.text.contains('\n')) {
      problems_.error(text_.line,
                      called + " has more than one paragraph; make it one, or a reading");
    }
    if (card) judge_card(called);
    for (const PackText& other : pack_.texts) {
      if (other.kind == text_.kind && other.name == text_.name && other.variant == text_.variant) {
        problems_.error(text_.line, called + " stands in line " + std::to_string(other.line) +
                                        " already; rename or remove one");
      }
    }
  }
  void judge_card(const std::string& called) {
    if (text_.title.empty())
      problems_.error(text_.line, called + " has no title; add one below it");
    if (text_.text.empty()) {
      problems_.note(
          text_.line,
          called + " is empty, so nothing is shown; fill it in before people rely on it");
    } else if (text_.name == "services" && !text_.review) {
      problems_.error(text_.line,
                      called + " has no review; add the day by which somebody checks it again");
    }
  }

  // Templates

  void begin_template(const Line& line, std::string_view name) {
    in_ = In::plan;
    if (!is_reference(name)) {
      problems_.error(line.number,
                      "template takes a name of lower-case letters, digits and dashes, at most 40, "
                      "such as template hour");
    } else if (const Template* const other = pack_.find_template(name)) {
      problems_.error(line.number, "template " + std::string(name) + " stands in line " +
                                       std::to_string(other->line) +
                                       " already; rename or remove one");
    }
    template_.emplace(problems_, references_, line, name);
  }
  void end_template() {
    Template read = template_->end();
    template_.reset();
    if (pack_.templates.size() == kPackTemplatesMax) {
      return problems_.error(read.line, "a pack holds at most 32 templates; make two packs of it");
    }
    pack_.templates.push_back(std::move(read));
  }

  // The end of a section, and of the file.

  void end_section() {
    switch (in_) {
      case In::nothing: break;
      case In::text:
      case In::card:
      case In::card_text: end_text(); break;
      case In::plan: end_template(); break;
    }
    in_ = In::nothing;
    block_.clear();
  }

  void finish() {
    end_section();
    if (pack_.language.empty())
      problems_.error(1, "there is no language; add a line such as language en");
    if (pack_.title.empty())
      problems_.error(1, "there is no title; add a line such as title Our words");
    if (!variants_named_) {
      problems_.error(
          1, "there are no variants; add the line variants non-religious, or religious, or both");
    }
    for (const PackText& text : pack_.texts) {
      if (text.variant &&
          std::ranges::find(pack_.variants, *text.variant) == pack_.variants.end()) {
        problems_.error(text.line, "this pack has no variant " +
                                       std::string(name_of(*text.variant)) +
                                       "; add it to the line variants");
      }
    }
    for (const Reference& reference : references_) {
      if (problems_.full()) return;
      judge_reference(reference);
    }
  }

  void judge_reference(const Reference& reference) {
    const std::string kind(name_of(reference.kind));
    std::vector<std::string_view> known;
    for (const PackText& text : pack_.texts) {
      if (text.kind == reference.kind) known.push_back(text.name);
    }
    if (std::ranges::find(known, reference.name) == known.end()) {
      std::ranges::sort(known);
      known.erase(std::unique(known.begin(), known.end()), known.end());
      return problems_.error(reference.line, "no " + kind + " is called " + reference.name +
                                                 suggestion(reference.name, known));
    }
    for (const Variant variant : pack_.variants) {
      if (pack_.find(reference.kind, reference.name, variant) == nullptr) {
        problems_.error(reference.line, kind + " " + reference.name + " is missing in " +
                                            std::string(name_of(variant)) +
                                            "; add it, or one for both");
      }
    }
  }

  Compose nfc_;
  Pack pack_;
  Problems problems_;
  bool variants_named_ = false;
  std::vector<Reference> references_;

  In in_ = In::nothing;
  std::vector<std::string> block_;  // The lines of the text that is being read.
  PackText text_;
  bool open_text_ = false;  // Whether what is being read has a name to keep it under.
  std::optional<TemplateReader> template_;
};

}  // namespace

PackReport read_pack(std::string_view content, Compose nfc) {
  return PackReader(nfc).read(content);
}

}  // namespace hearth::agenda
