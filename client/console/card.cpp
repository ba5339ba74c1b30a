// The text of the card in its languages, and the page around it.
#include "client/console/card.h"

#include "client/console/qr.h"
#include "client/console/spoken.h"

namespace hearth::client {
namespace {

struct CardText {
  std::string_view language;
  std::string_view direction;
  std::string_view invited;
  std::string_view what;
  std::string_view when;
  std::string_view how;
  std::string_view open;  // Before the command.
  std::string_view paste;
  std::string_view knock;
  std::string_view secret;
};

// Written without native reviewers but for the first; a group may mend them by hand before
// printing.
constexpr CardText kTexts[] = {
    {"en", "ltr", "You are invited",
     "A small group that listens. No real names, and no list of who comes.", "When",
     "How to come in", "Open a terminal with the program Hearth and type",
     "Scan the code, or copy the line beside it, and paste it when you are asked.",
     "Choose a name that is not yours, read the agreement, and knock. Somebody opens.",
     "This card is a key. Do not post it or photograph it; give it to one you want to bring."},
    {"dv", "rtl", "ތިޔަބޭފުޅާއަށް ދަޢުވަތު",
     "އަޑުއަހާ ކުޑަ ގްރޫޕެއް. އަސްލު ނަން ބޭނުމެއް ނުވޭ، ހާޒިރީއެއް ނުނަގާ.",
     "ކޮން އިރަކު",
     "ވަންނާނެ ގޮތް",
     "Hearth ޕްރޮގްރާމް ހުންނަ ޓާމިނަލެއް ހުޅުވައި މިހެން ޖަހާ",
     "ކޯޑު ސްކޭން ކުރޭ، ނުވަތަ އަރިމަތީގައިވާ ފޮޅުވަތް ކޮޕީކޮށް، އެހުމުން ޕޭސްޓް ކުރޭ.",
     "އަމިއްލަ ނޫން ނަމެއް ހޮވައި، އެއްބަސްވުން ކިޔައި، ދޮރުގައި ޓަކި ޖަހާ. މީހަކު "
     "ހުޅުވާނެ.",
     "މި ކާޑަކީ ތަޅުދަނޑިއެކެވެ. ފޮޓޯ ނުނަގާ، ޕޯސްޓް ނުކުރޭ؛ ގެންނަން ބޭނުންވާ "
     "މީހަކަށް އެކަނި ދީ."},
    {"ms", "ltr", "Anda dijemput",
     "Kumpulan kecil yang mendengar. Tiada nama sebenar, tiada senarai kehadiran.", "Bila",
     "Cara masuk", "Buka terminal yang ada program Hearth dan taip",
     "Imbas kod ini, atau salin baris di sebelahnya, dan tampal apabila diminta.",
     "Pilih nama yang bukan nama anda, baca persetujuan, dan ketuk. Seseorang akan membuka.",
     "Kad ini ialah kunci. Jangan siarkan atau ambil gambarnya; beri kepada orang yang anda mahu "
     "bawa."},
    {"vi", "ltr", "Bạn được mời",
     "Một nhóm nhỏ biết lắng nghe. Không cần tên thật, không ghi lại ai đến.", "Khi nào",
     "Cách vào phòng", "Mở cửa sổ dòng lệnh có chương trình Hearth và gõ",
     "Quét mã, hoặc chép dòng bên cạnh, rồi dán vào khi được hỏi.",
     "Chọn một tên không phải tên bạn, đọc bản thỏa thuận rồi gõ cửa. Sẽ có người mở.",
     "Tấm thẻ này là chìa khóa. Đừng đăng lên hay chụp ảnh; chỉ đưa cho người bạn muốn mời."},
    {"lus", "ltr", "Sawm i ni",
     "Inngaihthlâkna pawl tê. Hming tak a ngai lo, tute nge lo kal tih ziah a ni lo.", "Engtikah",
     "Luh dân", "Hearth program awmna terminal hawng la, hetiang hian chhu rawh",
     "Code hi scan la, a nih loh leh a bula thu hi copy la, an zawh hunah paste rawh.",
     "I hming ni lo hming thlang la, inremna chhiar la, kawngkhâr kik rawh. Tuin emaw an hawng "
     "ang.",
     "He card hi chabi a ni. Post suh la, thla la suh; i hruai duh hnênah chauh pe rawh."},
};

constexpr std::string_view kStyle =
    "@page{size:A4;margin:14mm}"
    "body{font:10.5pt/1.4 sans-serif;color:#000;background:#fff;max-width:182mm;margin:0 auto}"
    "header{display:flex;gap:8mm;align-items:center;border-bottom:1px solid #000;padding:0 0 5mm}"
    "header svg{width:62mm;height:62mm;flex:none}"
    "h1{font-size:17pt;margin:0 0 3mm}h2{font-size:11.5pt;margin:0 0 1mm}"
    "p{margin:0 0 1.5mm}ol{margin:0 0 1.5mm;padding-inline-start:6mm}"
    "code{font-family:monospace;overflow-wrap:anywhere;user-select:all}"
    "main{columns:2;column-gap:9mm}section{break-inside:avoid;padding-top:4mm}";

// Other people's text inside HTML.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : neutral(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out.push_back(c);
    }
  }
  return out;
}

// With a direction of its own, so that it leaves the line around it alone.
std::string isolated_element(std::string_view text) {
  return "<bdi dir=\"auto\">" + escaped(text) + "</bdi>";
}

std::string section(const CardText& text, const Card& card) {
  std::string out = "<section lang=\"" + std::string(text.language) + "\" dir=\"" +
                    std::string(text.direction) + "\"><h2>" + std::string(text.invited) +
                    "</h2><p>" + std::string(text.what) + "</p>";
  if (!card.schedule.empty()) {
    out += "<p><b>" + std::string(text.when) + ":</b> " + isolated_element(card.schedule) + "</p>";
  }
  out += "<p><b>" + std::string(text.how) + "</b></p><ol><li>" + std::string(text.open) +
         " <code dir=\"ltr\">hearth join</code></li><li>" + std::string(text.paste) + "</li><li>" +
         std::string(text.knock) + "</li></ol><p>" + std::string(text.secret) + "</p></section>\n";
  return out;
}

}  // namespace

Card card_of(const Invitation& invitation, bool titled) {
  return {invitation.link, titled ? invitation.title : std::string(), invitation.schedule};
}

std::string card_page(const Card& card) {
  const auto code = QrCode::of(card.link);
  if (!code) return {};
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>Hearth</title><style>" +
      std::string(kStyle) + "</style></head>\n<body><header>" + svg(*code) + "<div>";
  if (!card.title.empty()) page += "<h1>" + isolated_element(card.title) + "</h1>";
  page += "<p><code dir=\"ltr\">" + escaped(card.link) + "</code></p></div></header>\n<main>\n";
  for (const CardText& text : kTexts) page += section(text, card);
  return page + "</main></body></html>\n";
}

}  // namespace hearth::client
