#include "search/fold.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace skep::search {
namespace {

struct Block {
  char32_t first;
  std::u16string_view folded;  // A space: no part of a word.
};

// What unicode61 (remove_diacritics 2) of SQLite 3.40 makes of each character from `first` on.
constexpr std::array<Block, 3> kBlocks = {{
    {0xC0,
     u"aaaaaaæceeeeiiiiðnooooo øuuuuyþßaaaaaaæceeeeiiiiðnooooo øuuuuyþy"
     u"aaaaaaccccccccddđđeeeeeeeeeegggggggghhħħiiiiiiiiiıĳĳjjkkĸllllllŀ"
     u"ŀłłnnnnnnŉŋŋooooooœœrrrrrrssssssssttttŧŧuuuuuuuuuuuuwwyyyzzzzzzs"
     u"ƀɓƃƃƅƅɔƈƈɖɗƌƌƍǝəɛƒƒɠɣƕɩɨƙƙƚƛɯɲƞɵooƣƣƥƥʀƨƨʃƪƫƭƭʈuuʊʋƴƴƶƶʒƹƹƺƻƽƽƾƿ"
     u"ǀǁǂǃǆǆǆǉǉǉǌǌǌaaiioouuuuuuuuuuǝaaǡǡǣǣǥǥggkkooooǯǯjǳǳǳggƕƿnnaaǽǽǿǿ"
     u"aaaaeeeeiiiioooorrrruuuussttȝȝhhƞȡȣȣȥȥaaeeooooooooyyȴȵȶȷȸȹⱥȼȼƚⱦȿ"
     u"ɀɂɂƀʉʌɇɇɉɉɋɋɍɍɏɏ"},
    {0x370,
     u"ͱͱͳͳʹ ͷͷ͸͹ͺͻͼͽ Ϳ΀΁΂΃  ά "
     u"έήί΋ό΍ύώΐαβγδεζηθικλμνξοπρ΢στυφχψωϊϋάέήί"
     u"ΰαβγδεζηθικλμνξοπρσστυφχψωϊϋόύώϗβθϒϓϔφπϗϙϙϛϛϝϝϟϟϡϡϣϣϥϥϧϧϩϩϫϫϭϭϯϯ"
     u"κρϲϳθε ϸϸϲϻϻϼͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюя"
     u"абвгдежзийклмнопрстуфхцчшщъыьэюяѐёђѓєѕіїјљњћќѝўџѡѡѣѣѥѥѧѧѩѩѫѫѭѭѯѯ"
     u"ѱѱѳѳѵѵѷѷѹѹѻѻѽѽѿѿҁҁ        ҋҋҍҍҏҏґґғғҕҕҗҗҙҙққҝҝҟҟҡҡңңҥҥҧҧҩҩҫҫҭҭүү"
     u"ұұҳҳҵҵҷҷҹҹһһҽҽҿҿӏӂӂӄӄӆӆӈӈӊӊӌӌӎӎӏӑӑӓӓӕӕӗӗәәӛӛӝӝӟӟӡӡӣӣӥӥӧӧөөӫӫӭӭӯӯ"
     u"ӱӱӳӳӵӵӷӷӹӹӻӻӽӽӿӿԁԁԃԃԅԅԇԇԉԉԋԋԍԍԏԏԑԑԓԓԕԕԗԗԙԙԛԛԝԝԟԟԡԡԣԣԥԥԧԧԨԩԪԫԬԭԮԯ"},
    {0x1E00,
     u"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
     u"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
     u"wwwwwwwwwwxxxxyyzzzzzzhtwyẚsẜẝßẟaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
     u"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyỻỻỽỽỿỿ"},
}};

struct Range {
  char32_t first;
  char32_t last;
};

// Punctuation and symbols outside of those blocks.
constexpr std::array kSeparators = {
    Range{0x80, 0xA9},       Range{0xAB, 0xB1},       Range{0xB4, 0xB4},
    Range{0xB6, 0xB8},       Range{0xBB, 0xBB},       Range{0xBF, 0xBF},
    Range{0x2C2, 0x2C5},     Range{0x2D2, 0x2DF},     Range{0x2EF, 0x2FF},
    Range{0x55A, 0x55F},     Range{0x589, 0x58F},     Range{0x5BE, 0x5BE},
    Range{0x5F3, 0x5F4},     Range{0x600, 0x60F},     Range{0x61B, 0x61F},
    Range{0x66A, 0x66D},     Range{0x6D4, 0x6D4},     Range{0x964, 0x965},
    Range{0xE3F, 0xE3F},     Range{0x2000, 0x206F},   Range{0x207A, 0x207E},
    Range{0x208A, 0x208E},   Range{0x20A0, 0x20C0},   Range{0x2190, 0x2426},
    Range{0x2440, 0x244A},   Range{0x249C, 0x24E9},   Range{0x2500, 0x2775},
    Range{0x2794, 0x2BFF},   Range{0x2E00, 0x2E2E},   Range{0x2E30, 0x2FFB},
    Range{0x3000, 0x3004},   Range{0x3008, 0x3020},   Range{0x3030, 0x3030},
    Range{0x303D, 0x303F},   Range{0x309B, 0x309C},   Range{0x30A0, 0x30A0},
    Range{0x30FB, 0x30FB},   Range{0x3200, 0x321E},   Range{0x3260, 0x327F},
    Range{0x32C0, 0x33FF},   Range{0x4DC0, 0x4DFF},   Range{0xD800, 0xDFFF},
    Range{0xFE10, 0xFE19},   Range{0xFE30, 0xFE66},   Range{0xFEFF, 0xFF0F},
    Range{0xFF1A, 0xFF20},   Range{0xFF3B, 0xFF40},   Range{0xFF5B, 0xFF65},
    Range{0xFFE0, 0xFFFF},   Range{0x1F000, 0x1F0FF}, Range{0x1F10D, 0x1FAFF},
    Range{0xE0000, 0xE0FFF},
};

// Han, Hiragana and Katakana.
constexpr std::array kAlone = {
    Range{0x3005, 0x3007}, Range{0x3041, 0x3096}, Range{0x309D, 0x309F},   Range{0x30A1, 0x30FA},
    Range{0x30FC, 0x30FF}, Range{0x31F0, 0x31FF}, Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},
    Range{0xF900, 0xFAFF}, Range{0xFF66, 0xFF9F}, Range{0x20000, 0x323AF},
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
  return std::ranges::any_of(
      ranges, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

}  // namespace

bool is_alone(char32_t c) noexcept { return c >= kAlone.front().first && is_in(kAlone, c); }

bool is_accent(char32_t c) noexcept { return c >= 0x300 && c <= 0x36F; }

std::optional<char32_t> fold(char32_t c) noexcept {
  if (c < 0x80) {
    if (c >= 'A' && c <= 'Z') return c + 32;
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return is_word ? std::optional(c) : std::nullopt;
  }
  for (const Block& block : kBlocks) {
    if (c < block.first || c - block.first >= block.folded.size()) continue;
    const char16_t folded = block.folded[c - block.first];
    return folded == u' ' ? std::nullopt : std::optional<char32_t>(folded);
  }
  constexpr char32_t kMicroSign = 0xB5;
  if (c == kMicroSign) return 0x3BC;  // a Greek letter
  if (is_in(kSeparators, c)) return std::nullopt;
  return c >= 0xFF21 && c <= 0xFF3A ? c + 32 : c;
}

}  // namespace skep::search
