//! The language of the log: that of whoever started the program, since there is one log. Lines that ask something of an
//! operator are written in it.

use std::sync::atomic::{AtomicBool, Ordering};

use super::lang::Lang;

static IS_CHINESE: AtomicBool = AtomicBool::new(false);

/// The log speaks this language from now on.
pub fn speak(lang: Lang) {
    IS_CHINESE.store(lang == Lang::Zh, Ordering::Relaxed);
}

/// The language of the log.
pub fn lang() -> Lang {
    if IS_CHINESE.load(Ordering::Relaxed) { Lang::Zh } else { Lang::En }
}

/// One of two wordings.
pub fn said<T>(en: T, zh: T) -> T {
    lang().pick(en, zh)
}
