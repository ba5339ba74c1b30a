// Names: what looks alike, what is hidden, and what is nobody else's business.
#include "client/console/names.h"

#include <gtest/gtest.h>

namespace hearth::client {
namespace {

bool alike(std::string_view a, std::string_view b) { return NameShape(a).looks_like(NameShape(b)); }

Person person(Byte id, std::string name, bool staff) {
  Person who;
  who.handle.bytes[0] = id;
  who.name = std::move(name);
  who.staff = staff;
  return who;
}

TEST(Names, LookAlikeAcrossScripts) {
  EXPECT_TRUE(alike("L\u0430ntern", "Lantern"));     // Cyrillic а.
  EXPECT_TRUE(alike("\u0410nch\u043Er", "Anchor"));  // Cyrillic А and о.
  EXPECT_TRUE(alike("\u0391nchor", "Anchor"));       // Greek Alpha.
  EXPECT_TRUE(alike("\uFF2C\uFF41\uFF4E\uFF54\uFF45\uFF52\uFF4E", "Lantern"));  // Full width.
  EXPECT_TRUE(alike("\U0001D40B\U0001D41A\U0001D427tern", "Lantern"));  // Mathematical letters.
  EXPECT_TRUE(alike("Lantem", "Lantern"));                              // r and n make an m.
  EXPECT_TRUE(alike("He1en", "Helen"));
}

TEST(Names, LookAlikeInAnyCaseAndSpacing) {
  EXPECT_TRUE(alike("LANTERN", "Lantern"));
  EXPECT_TRUE(alike(" Lan tern. ", "Lantern"));
  EXPECT_TRUE(alike("lantern\u00A0", "Lantern"));
  EXPECT_TRUE(alike("Lan\u200Btern", "Lantern"));  // Zero-width space.
  EXPECT_TRUE(alike("Lan\u200Dtern", "Lantern"));  // Zero-width joiner.
  EXPECT_TRUE(alike("\u202ELantern", "Lantern"));  // Right-to-left override.
  EXPECT_TRUE(alike("Lan\u034Ftern", "Lantern"));  // Combining grapheme joiner.
}

TEST(Names, AreOneNameInEveryNormalForm) {
  EXPECT_TRUE(alike("Sen Tr\u1EAFng", "Sen Tra\u0306\u0301ng"));
  EXPECT_EQ(nfc("Sen Tra\u0306\u0301ng"), "Sen Tr\u1EAFng");
  EXPECT_TRUE(alike("\u1E6Dha", "t\u0323ha"));  // Mizo.
  EXPECT_EQ(nfc("މޫދު"), "މޫދު");
}

TEST(Names, StayApartWhereMarksMakeAnotherName) {
  EXPECT_FALSE(alike("Hoa", "Hòa"));
  EXPECT_FALSE(alike("Hạnh", "Hanh"));
  EXPECT_FALSE(alike("Thắng", "Thăng"));
  EXPECT_FALSE(alike("މޫދު", "މުދު"));
  EXPECT_FALSE(alike("Arsi", "Arsî"));
  EXPECT_FALSE(alike("Heron", "Anchor"));
  EXPECT_FALSE(alike("...", "---"));  // Nothing to tell apart by is nobody's likeness.
}

TEST(Names, HaveNothingHiddenInThem) {
  for (const char* name : {"Lantern", "މޫދު", "ދޯނި", "Sen Trắng", "Sen Tra\u0306\u0301ng", "Arsi",
                           "Tlâng ṭha", "بولن", "می\u200Cخواهم", "क्\u200Dष", "👩\u200D🚒", "❤\uFE0F",
                           "Tre Xanh", "friendly_guest", "Ngọc Ánh", "O'Brien-2"}) {
    EXPECT_FALSE(has_hidden_characters(name)) << name;
  }
}

TEST(Names, ShowWhatIsHiddenInThem) {
  for (const char* name : {"Lan\u200Btern", "Lan\u200Dtern", "Lan\u200Ctern", "\u202Enretnal",
                           "Lantern\u2069", "Lan\u00ADtern", "\uFEFFLantern", "Lan\u034Ftern",
                           "La\u2060ntern", "\u3164", "Anchor\u200E", "\u0786\u200D\u0787",
                           "a\uFE0F", "\u2800", "L\U000E0061ntern", "i\u0307lse", "\u061CArsi"}) {
    EXPECT_TRUE(has_hidden_characters(name)) << name;
  }
}

TEST(Names, OfAnyBytesAreNoHarm) {
  EXPECT_FALSE(alike("\xff\xfe", "Lantern"));
  EXPECT_NO_FATAL_FAILURE(has_hidden_characters(std::string("\xc3\x28\x00\xf0\x9f", 5)));
  EXPECT_FALSE(alike("", ""));
}

TEST(NameWatch, WarnsOfAKnockThatLooksLikeStaff) {
  NameWatch watch;
  watch.on_event(Entered{"Circle", {person(1, "Lantern", true), person(2, "Arsi", false)}, false});

  EXPECT_EQ(watch.on_event(KnockWaiting{1, "L\u0430ntern", {}, false}).looks_like, "Lantern");
  EXPECT_TRUE(watch.on_event(KnockWaiting{2, "Ombak", {}, false}).empty());
  EXPECT_TRUE(watch.on_event(KnockWaiting{3, "Arsi", {}, false}).empty());  // Not staff.
  EXPECT_TRUE(watch.on_event(KnockWaiting{4, "Omb\u200Bak", {}, false}).hidden);
  EXPECT_TRUE(watch.on_event(KnockWaiting{5, "Lantern", {}, true}).empty());  // Comes back.
}

TEST(NameWatch, WarnsEverybodyOfOneWhoCameIn) {
  NameWatch watch;
  watch.on_event(Entered{"Circle", {person(1, "Lantern", true)}, false});

  EXPECT_EQ(watch.on_event(Joined{person(3, "LANTERN", false), {}}).looks_like, "Lantern");
  EXPECT_TRUE(watch.on_event(Joined{person(4, "Lantern", true), {}}).empty());
}

TEST(NameWatch, FollowsWhoIsStaff) {
  NameWatch watch;
  watch.on_event(Joined{person(1, "Anchor", true), {}});
  EXPECT_EQ(watch.on_event(KnockWaiting{1, "anchor", {}, false}).looks_like, "Anchor");

  watch.on_event(Members{{person(1, "Anchor", false)}});
  EXPECT_TRUE(watch.on_event(KnockWaiting{2, "anchor", {}, false}).empty());
}

TEST(NameWarning, IsASentenceWithIsolatedNames) {
  EXPECT_EQ((NameWarning{"Lantern", false}.sentence()),
            "Careful: this name looks like \u2068Lantern\u2069, who is staff.");
  EXPECT_EQ((NameWarning{{}, true}.sentence()),
            "Careful: there are hidden characters in this name.");
  EXPECT_EQ(NameWarning{}.sentence(), "");
}

}  // namespace
}  // namespace hearth::client
