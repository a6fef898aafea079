//! Templates, for any text: its flaws lie in it, and filling it in ends soon, with a text or one line of why
//! not.
#![cfg_attr(fuzzing, no_main)]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use fanreply::engine::template::{Field, Groups, Names, Scope, Templates};
use fanreply::language::diagnostic::Fault;
use fanreply::language::template::compile;
use fanreply::schedule::calendar::Moment;
use fanreply::words::lang::Lang;
use jiff::civil::{date, time};

/// Far beyond what the fuel lasts for, also without optimisation and on a busy machine.
const LONG: Duration = Duration::from_secs(3);
/// Bytes of a filled-in text.
const LARGE: usize = 64 << 10;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| endures(bytes));

/// Panics where a law is broken.
pub fn endures(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    #[allow(clippy::disallowed_methods)] // it is the machine's time that counts here
    let began = Instant::now();
    let values = HashMap::from([("电话".to_owned(), "010-1234".to_owned())]);
    let groups = Groups { names: vec!["单号".to_owned()], count: 2 };
    for field in [Field::Text, Field::Url] {
        for groups in [Some(&groups), None] {
            let mut templates = Templates::new(values.clone());
            match compile(&mut templates, &text, field, groups) {
                Ok(template) => match templates.render(&template, &Names::of(scope(&values))) {
                    Ok(filled_in) => assert!(filled_in.text.len() <= LARGE, "{text:?}"),
                    Err(failure) => {
                        assert!(!failure.to_string().contains('\n'), "{text:?}");
                    }
                },
                Err(flaws) => {
                    assert!(!flaws.is_empty(), "{text:?}");
                    for flaw in flaws {
                        assert!(text.get(flaw.range.clone()).is_some(), "{text:?} {flaw:?}");
                        assert!(
                            [Lang::En, Lang::Zh].iter().all(|lang| !flaw.fault.message(*lang).is_empty())
                        );
                    }
                }
            }
        }
    }
    assert!(began.elapsed() < LONG, "{text:?} took {:?}", began.elapsed());
}

fn scope(values: &HashMap<String, String>) -> Scope {
    Scope {
        text: "订单 42，<b>&\"' 谢谢".to_owned(),
        keyword: "订单".to_owned(),
        groups: vec![("单号".to_owned(), "4 2&".to_owned()), (String::new(), String::new())],
        values: values.clone().into(),
        now: Moment { date: date(2024, 2, 29), time: time(23, 59, 0, 0) },
        ..Scope::default()
    }
}
