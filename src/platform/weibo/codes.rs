//! The platform's error codes (docs/protocol.md 10.2): what each says about trying again, and what it means to an
//! operator. Codes that no call of ours can come back with are left out.

use crate::platform::{CallFault, RetryAdvice};

/// A refusal by the platform, with what its code says. `text` is the platform's own words.
pub fn refused(code: u32, text: String) -> CallFault {
    let (advice, en, zh) = meaning(code);
    // the service was not there (10002), or too busy to take the call (10009)
    let is_undelivered = matches!(code, 10002 | 10009);
    CallFault::Refused { code, text, advice, is_undelivered, meaning: [en, zh] }
}

/// What a code says about trying again, and what it means and what to do, in English and Chinese; without words
/// where it is not known.
fn meaning(code: u32) -> (RetryAdvice, &'static str, &'static str) {
    use RetryAdvice::{GiveUp, Retry, SlowDown, TokenRejected};
    match code {
        10001..=10003 | 10009..=10011 => {
            (Retry, "the platform is in trouble or busy; try again later", "平台繁忙或出错，请稍后再试")
        }
        // the fault is this machine's, not the message's: to go on slowly keeps what was promised until the
        // address is entered at the platform, or the window closes
        10004 => (
            SlowDown,
            "this machine's IP address is not allowed; add it to the addresses bound to the app",
            "这台机器的 IP 不在允许范围内，请在应用设置里把它加入绑定的 IP",
        ),
        // 21337 speaks of the app, not of the token: a pause until the token changes would never end
        10005 | 10014 | 21337 => (
            GiveUp,
            "the app has no permission for this; ask for it on the platform, and see that the account is \
             bound to this app",
            "应用没有这个接口的权限，请在平台申请，并确认账号绑定的是这个应用",
        ),
        10008 | 10016 | 10017 => (GiveUp, "the platform does not like a parameter", "平台认为参数有误"),
        10018 | 20012 | 20013 => (GiveUp, "the text is too long", "内容太长"),
        10020 => (
            GiveUp,
            "the platform does not know this interface; see whether FANREPLY_API_BASE is right",
            "平台没有这个接口，请检查 FANREPLY_API_BASE",
        ),
        10022 => (SlowDown, "too many calls from this IP address; wait", "这个 IP 调用太频繁，请稍后再试"),
        10023 | 10024 => (SlowDown, "too many calls of this account; wait", "这个账号调用太频繁，请稍后再试"),
        10013 | 20003 => (GiveUp, "there is no such user", "用户不存在"),
        20008 => (GiveUp, "the message is empty", "消息内容为空"),
        20015 | 20022 => (
            GiveUp,
            "the platform finds the account, the app or this IP address suspicious; look for a notice there",
            "平台认为账号、应用或 IP 异常，请到平台查看通知",
        ),
        20016 => (GiveUp, "the account sends too often", "账号发送过于频繁"),
        20017 | 20019 | 20306 => (GiveUp, "the same text was sent before; vary it", "内容重复，请换个说法"),
        20018 => (GiveUp, "the platform refuses a link in the message", "消息里有平台不允许的链接"),
        20020 | 20021 | 20302 => (GiveUp, "the platform refuses the content", "内容未通过平台审核"),
        20301 => (
            GiveUp,
            "the fan does not follow the account, or the reply window is closed",
            "对方没有关注本账号，或已超过可回复的时间",
        ),
        20508 => (GiveUp, "the fan's privacy settings refuse it", "对方的隐私设置拒收消息"),
        21315 | 21327 => (
            TokenRejected,
            "the access token has expired (it lives for a year); bind again on the platform and put in the \
             new token",
            "access token 已过期（有效期一年），请在平台重新绑定，并换上新的 token",
        ),
        21316 | 21319 => (
            TokenRejected,
            "the access token was withdrawn; bind again on the platform and put in the new token",
            "access token 已被撤销，请在平台重新绑定，并换上新的 token",
        ),
        // a token that was used before (21314) heals like the others: by another token
        21301 | 21314 | 21317 | 21332 => (
            TokenRejected,
            "the access token is not accepted; copy it again from the platform, without blanks",
            "access token 无效，请到平台重新复制，注意不要带空格",
        ),
        _ => (GiveUp, "", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stops_the_account_is_explained() {
        for code in 10000..30000 {
            let (advice, en, zh) = meaning(code);
            assert!(advice == RetryAdvice::GiveUp || !en.is_empty() && !zh.is_empty(), "{code}");
        }
    }

    #[test]
    fn the_codes_decide_as_the_protocol_says() {
        let codes = |wanted| (0..30000).filter(move |code| meaning(*code).0 == wanted).collect::<Vec<u32>>();
        assert_eq!(codes(RetryAdvice::Retry), [10001, 10002, 10003, 10009, 10010, 10011]);
        assert_eq!(codes(RetryAdvice::SlowDown), [10004, 10022, 10023, 10024]);
        assert_eq!(
            codes(RetryAdvice::TokenRejected),
            [21301, 21314, 21315, 21316, 21317, 21319, 21327, 21332]
        );
        assert!(codes(RetryAdvice::InDoubt).is_empty());
    }
}
