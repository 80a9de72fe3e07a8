//! In which encoding a .dbf's texts are: by the .cpg, by the language that the .dbf names, else as they look.

use encoding_rs::Encoding;

/// An encoding.
#[derive(Debug, Clone, Copy)]
pub(super) enum CodePage {
    Known(&'static Encoding),
    /// Of DOS, which no web page ever used: the upper half as characters.
    Dos(&'static str, &'static str),
    /// Nobody says: UTF-8 where it is that, else Windows-1252.
    Unsaid,
}

impl CodePage {
    /// By the .cpg's text and the language driver of the .dbf.
    pub(super) fn of(cpg: Option<&[u8]>, language: u8) -> Self {
        let said = cpg.and_then(|cpg| Self::named(&String::from_utf8_lossy(cpg)));
        said.or_else(|| Self::of_language(language)).unwrap_or(Self::Unsaid)
    }

    fn named(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
        if let Some(found) = Encoding::for_label(text.as_bytes()) {
            return Some(Self::Known(found));
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let number: u32 = digits.parse().ok()?;
        match number {
            // 8859-1 is written in several ways, 88591 and 885915 among them.
            88_591..=88_599 => Encoding::for_label(format!("iso-8859-{}", number - 88_590).as_bytes()).map(Self::Known),
            885_910..=885_916 => Encoding::for_label(format!("iso-8859-{}", number - 885_900).as_bytes()).map(Self::Known),
            _ => Self::of_number(number),
        }
    }

    fn of_number(number: u32) -> Option<Self> {
        let label = match number {
            437 => return Some(Self::Dos("CP437", CP437)),
            850 => return Some(Self::Dos("CP850", CP850)),
            852 => return Some(Self::Dos("CP852", CP852)),
            866 => "ibm866",
            874 => "windows-874",
            932 => "shift_jis",
            936 => "gbk",
            949 => "euc-kr",
            950 => "big5",
            1250..=1258 => return Encoding::for_label(format!("windows-{number}").as_bytes()).map(Self::Known),
            65_001 => "utf-8",
            _ => return None,
        };
        Encoding::for_label(label.as_bytes()).map(Self::Known)
    }

    fn of_language(language: u8) -> Option<Self> {
        Self::of_number(match language {
            0x01 | 0x09 | 0x0b | 0x0d | 0x0f | 0x11 | 0x15 | 0x18 | 0x19 | 0x1b => 437,
            0x02 | 0x08 | 0x0a | 0x0e | 0x10 | 0x12 | 0x14 | 0x16 | 0x1a | 0x1d | 0x25 | 0x37 => 850,
            0x03 | 0x57 | 0x58 | 0x59 => 1252,
            0x1f | 0x22 | 0x23 | 0x40 | 0x64 | 0x87 => 852,
            0x26 | 0x65 => 866,
            0x13 | 0x7b => 932,
            0x4d | 0x7a => 936,
            0x4e | 0x79 => 949,
            0x4f | 0x78 => 950,
            0x50 | 0x7c => 874,
            0xc8 => 1250,
            0xc9 => 1251,
            0xca => 1254,
            0xcb => 1253,
            0xcc => 1257,
            _ => return None,
        })
    }

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Known(encoding) => encoding.name(),
            Self::Dos(name, _) => name,
            Self::Unsaid => "Not said: UTF-8 where it fits, else Windows-1252",
        }
    }

    /// The text; what is not of the encoding becomes U+FFFD. A last character that was cut by the column's width is left out.
    pub(super) fn text<'a>(self, bytes: &'a [u8]) -> std::borrow::Cow<'a, str> {
        match self {
            Self::Known(encoding) if encoding == encoding_rs::UTF_8 => String::from_utf8_lossy(whole(bytes)),
            Self::Known(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Self::Dos(_, upper) => dos(bytes, upper).into(),
            Self::Unsaid => match std::str::from_utf8(whole(bytes)) {
                Ok(text) => text.into(),
                Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
            },
        }
    }
}

/// Without the beginning of a character that does not end.
fn whole(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

fn dos(bytes: &[u8], upper: &str) -> String {
    let upper: Vec<char> = upper.chars().collect();
    let char_of = |byte: &u8| match byte {
        0..=0x7f => char::from(*byte),
        _ => upper.get(usize::from(*byte) - 0x80).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    bytes.iter().map(char_of).collect()
}

const CP437: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}"
);
const CP850: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}"
);
const CP852: &str = concat!(
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐",
    "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}"
);
