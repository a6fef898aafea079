//! The platform's error codes: what each makes of a call, and what it means to an operator
//! (docs/protocol.md 10.2). It holds no code that cannot come back from the calls we make.

use crate::platform::RetryAdvice;

pub(in crate::platform) fn retry_advice(code: u32) -> RetryAdvice {
    match code {
        10001..=10003 | 10009..=10011 => RetryAdvice::Retry,
        10022..=10024 => RetryAdvice::SlowDown,
        // this machine's address is not allowed: a fault of the place, not of the message. To go on slowly
        // keeps what was promised until the address is entered at the platform, or the window closes
        10004 => RetryAdvice::SlowDown,
        // 21314, a token that was used before, heals like the others: by another token. 21337 does not: it
        // speaks of the app, and a pause until the token changes would never end
        21301 | 21314..=21317 | 21319 | 21327 | 21332 => RetryAdvice::TokenRejected,
        _ => RetryAdvice::GiveUp,
    }
}

/// What the code means and what to do, in English and Chinese.
pub(in crate::platform) fn meaning(code: u32) -> Option<(&'static str, &'static str)> {
    Some(match code {
        10001..=10003 | 10009..=10011 => {
            ("the platform is in trouble or busy; try again later", "平台繁忙或出错，请稍后再试")
        }
        10004 => (
            "this machine's IP address is not allowed; add it to the addresses bound to the app",
            "这台机器的 IP 不在允许范围内，请在应用设置里把它加入绑定的 IP",
        ),
        10005 | 10014 | 21337 => (
            "the app has no permission for this; ask for it on the platform, and see that the account is \
             bound to this app",
            "应用没有这个接口的权限，请在平台申请，并确认账号绑定的是这个应用",
        ),
        10008 | 10016 | 10017 => ("the platform does not like a parameter", "平台认为参数有误"),
        10018 | 20012 | 20013 => ("the text is too long", "内容太长"),
        10020 => (
            "the platform does not know this interface; see whether FANREPLY_API_BASE is right",
            "平台没有这个接口，请检查 FANREPLY_API_BASE",
        ),
        10022 => ("too many calls from this IP address; wait", "这个 IP 调用太频繁，请稍后再试"),
        10023 | 10024 => ("too many calls of this account; wait", "这个账号调用太频繁，请稍后再试"),
        10013 | 20003 => ("there is no such user", "用户不存在"),
        20008 => ("the message is empty", "消息内容为空"),
        20015 | 20022 => (
            "the platform finds the account, the app or this IP address suspicious; look for a notice there",
            "平台认为账号、应用或 IP 异常，请到平台查看通知",
        ),
        20016 => ("the account sends too often", "账号发送过于频繁"),
        20017 | 20019 | 20306 => ("the same text was sent before; vary it", "内容重复，请换个说法"),
        20018 => ("the platform refuses a link in the message", "消息里有平台不允许的链接"),
        20020 | 20021 | 20302 => ("the platform refuses the content", "内容未通过平台审核"),
        20301 => (
            "the fan does not follow the account, or the reply window is closed",
            "对方没有关注本账号，或已超过可回复的时间",
        ),
        20508 => ("the fan's privacy settings refuse it", "对方的隐私设置拒收消息"),
        21315 | 21327 => (
            "the access token has expired (it lives for a year); bind again on the platform and put in the \
             new token",
            "access token 已过期（有效期一年），请在平台重新绑定，并换上新的 token",
        ),
        21316 | 21319 => (
            "the access token was withdrawn; bind again on the platform and put in the new token",
            "access token 已被撤销，请在平台重新绑定，并换上新的 token",
        ),
        21301 | 21314 | 21317 | 21332 => (
            "the access token is not accepted; copy it again from the platform, without blanks",
            "access token 无效，请到平台重新复制，注意不要带空格",
        ),
        _ => return None,
    })
}

/// Whether the service was not there (10002), or too busy to take the call (10009): nothing was delivered.
pub(in crate::platform) fn is_undelivered(code: u32) -> bool {
    matches!(code, 10002 | 10009)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stops_the_account_is_explained() {
        for code in 10000..30000 {
            assert!(retry_advice(code) == RetryAdvice::GiveUp || meaning(code).is_some(), "{code}");
        }
    }

    #[test]
    fn the_codes_decide_as_the_protocol_says() {
        let codes =
            |wanted| (0..30000).filter(move |code| retry_advice(*code) == wanted).collect::<Vec<u32>>();
        assert_eq!(codes(RetryAdvice::Retry), [10001, 10002, 10003, 10009, 10010, 10011]);
        assert_eq!(codes(RetryAdvice::SlowDown), [10004, 10022, 10023, 10024]);
        assert_eq!(
            codes(RetryAdvice::TokenRejected),
            [21301, 21314, 21315, 21316, 21317, 21319, 21327, 21332]
        );
        assert!(codes(RetryAdvice::InDoubt).is_empty());
    }
}
