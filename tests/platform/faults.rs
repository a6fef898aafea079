//! What the platform says when it does not do what was asked, and what that means for another try.

use fanreply::model::message::Format;
use fanreply::platform::weibo::{api, codes};
use fanreply::platform::{CallFault, RetryAdvice};
use fanreply::words::lang::Lang;

use crate::fake_platform::Scripted::{
    self, CloseAfterRequest, Code, CodeAsText, ErrcodeErrmsg, Garbage, Status,
};
use crate::stand::*;

fn refused(code: u32, text: &str) -> CallFault {
    codes::refused(code, text.to_owned())
}

/// What a message comes to whose answer has this status and body.
async fn told(status: u16, body: &str) -> Result<(), CallFault> {
    let (base, _request) = once(answer(status, body)).await;
    send(&platform_at(&base)).await
}

#[tokio::test]
async fn every_answer_has_its_verdict() {
    let (fake, platform) = stand().await;
    let codes = |verdict, codes: &[u32]| codes.iter().map(move |c| (Code(*c), verdict)).collect::<Vec<_>>();
    let mut answers: Vec<(Scripted, RetryAdvice)> = [
        codes(RetryAdvice::Retry, &[10001, 10002, 10003, 10009, 10010, 10011]),
        codes(RetryAdvice::SlowDown, &[10004, 10022, 10023, 10024]),
        codes(RetryAdvice::TokenRejected, &[21301, 21314, 21315, 21316, 21317, 21319, 21327, 21332]),
        codes(RetryAdvice::GiveUp, &[10005, 10014, 10016, 20013, 20301, 20508, 21337, 26401, 4_294_967_295]),
    ]
    .concat();
    answers.extend([
        (CodeAsText("21327"), RetryAdvice::TokenRejected),
        (CodeAsText("264XX"), RetryAdvice::GiveUp),
        (ErrcodeErrmsg(10001), RetryAdvice::Retry),
        (ErrcodeErrmsg(10023), RetryAdvice::SlowDown),
        (Status(429), RetryAdvice::SlowDown),
        (Status(500), RetryAdvice::Retry),
        (Status(502), RetryAdvice::Retry),
        (Status(503), RetryAdvice::Retry),
        (Status(504), RetryAdvice::InDoubt),
        (Status(401), RetryAdvice::Retry),
        (Status(408), RetryAdvice::Retry),
        (Status(302), RetryAdvice::SlowDown),
        (Status(403), RetryAdvice::SlowDown),
        (Status(404), RetryAdvice::SlowDown),
        (Status(413), RetryAdvice::GiveUp),
        (Status(400), RetryAdvice::SlowDown),
        (Garbage, RetryAdvice::Retry),
        (CloseAfterRequest, RetryAdvice::InDoubt),
    ]);
    for (scripted, verdict) in answers {
        fake.script(vec![scripted.clone()]);
        let fault = send(&platform).await.unwrap_err();
        assert_eq!(fault.retry_advice(), verdict, "{scripted:?}: {fault:?}");
    }
    assert_eq!((fake.violations(), fake.sent()), (vec![], vec![]));
}

#[tokio::test]
async fn both_envelopes_are_read_and_zero_is_success() {
    let (fake, platform) = stand().await;
    fake.script(vec![Code(0), CodeAsText("0"), ErrcodeErrmsg(0)]);
    for _ in 0..3 {
        assert_eq!(send(&platform).await, Ok(()));
    }
    fake.script(vec![Code(20301), CodeAsText("20502"), ErrcodeErrmsg(10014), CodeAsText("264XX")]);
    for fault in [20301, 20502, 10014].map(|code| refused(code, "as scripted")) {
        assert_eq!(send(&platform).await, Err(fault));
    }
    assert_eq!(send(&platform).await, Err(refused(0, "264XX as scripted")));
}

#[tokio::test]
async fn the_documented_refusals_are_read() {
    assert_eq!(told(200, &sample("kefu_reply_response_error.json")).await, Err(refused(20301, "...")));
    assert_eq!(told(200, &sample("menu_create_response_error.json")).await, Err(refused(0, "264XX ...")));
    let text = "Need you follow uid.";
    assert_eq!(told(400, &sample("error_envelope_string_code.json")).await, Err(refused(20502, text)));
}

#[tokio::test]
async fn an_envelope_says_more_than_the_status_and_a_gateways_document_less() {
    let envelope = r#"{"error_code":21327,"error":"expired_token"}"#;
    for status in [200, 302, 400, 403, 500, 503] {
        assert_eq!(told(status, envelope).await, Err(refused(21327, "expired_token")), "{status}");
    }
    let page = "\u{feff} <!doctype html><p>maintenance";
    for (status, advice) in
        [(200, RetryAdvice::Retry), (401, RetryAdvice::Retry), (404, RetryAdvice::SlowDown)]
    {
        let fault = told(status, page).await.unwrap_err();
        assert_eq!((&fault, fault.retry_advice()), (&CallFault::Page(status), advice));
        assert!(!fault.is_undelivered(), "it may have arrived before");
    }
    for body in ["", "{}"] {
        assert_eq!(told(401, body).await.unwrap_err().retry_advice(), RetryAdvice::TokenRejected, "{body}");
    }
    assert_eq!(told(200, &format!("<html>{}", " ".repeat(64 << 10))).await, Err(CallFault::Page(200)));
    let gateway = r#"{"status":503,"error":"Service Unavailable"}"#;
    assert_eq!(told(503, gateway).await, Err(CallFault::Status(503)));
    assert_eq!(told(503, r#"{"error_code":0,"error":"ok"}"#).await, Err(CallFault::Status(503)));
    assert_eq!(told(200, gateway).await, Err(refused(0, "Service Unavailable")));
}

#[tokio::test]
async fn a_code_that_is_no_code_of_the_platform_is_zero() {
    for code in ["-1", "1.5", "99999999999", r#""-1""#, "true", "[]"] {
        let fault = told(200, &format!(r#"{{"error_code":{code}}}"#)).await.unwrap_err();
        assert!(matches!(fault, CallFault::Refused { code: 0, .. }), "{code}: {fault:?}");
        assert_eq!(fault.retry_advice(), RetryAdvice::GiveUp);
    }
}

#[tokio::test]
async fn a_success_is_known_in_every_form_that_it_may_take() {
    let forms = [
        "",
        " \r\n",
        "{}",
        r#"{"result":true}"#,
        r#"{"error":"ok"}"#,
        "\u{feff}{\"result\":true}",
        "\u{feff}",
    ];
    for body in
        forms.iter().chain(&[r#"{"error_code":null,"created_at":"x"}"#, r#"{"errcode":0,"errmsg":"ok"}"#])
    {
        assert_eq!(told(200, body).await, Ok(()), "{body}");
    }
    for body in ["{", "[]", "true", "\"\"", r#"{"result":true}{}"#, "\u{feff}x"] {
        assert_eq!(told(200, body).await, Err(CallFault::Undecodable), "{body}");
    }
    let deep = "[".repeat(60_000);
    assert_eq!(told(200, &deep).await, Err(CallFault::Undecodable));
}

#[tokio::test]
async fn a_false_result_is_a_refusal_whatever_the_call() {
    let expected = Err(refused(0, "result: false"));
    for body in [r#"{"result":false}"#, r#"{"result":"false"}"#, "\u{feff}{\"result\":false}"] {
        assert_eq!(told(200, body).await, expected, "a message");
        let (base, _request) = once(answer(200, body)).await;
        assert_eq!(api::delete_menu(&platform_at(&base), &token()).await, expected);
        let (base, _request) = once(answer(200, body)).await;
        assert_eq!(api::set_format(&platform_at(&base), &token(), Format::Xml).await, expected);
        let (base, _request) = once(answer(200, body)).await;
        assert_eq!(api::menu(&platform_at(&base), &token()).await.map(drop), expected);
    }
}

#[tokio::test]
async fn an_error_in_any_form_is_no_success() {
    let token = r#"{"error_code":21327,"error":"expired_token"}"#;
    assert_eq!(told(200, &format!("\u{feff}{token}")).await, Err(refused(21327, "expired_token")));
    for error in [r#"{"code":17}"#, "[1]", "true", "17"] {
        for name in ["error", "errmsg"] {
            let told = told(200, &format!(r#"{{"{name}":{error}}}"#)).await;
            assert_eq!(told, Err(refused(0, error)), "{name}");
        }
    }
    for none in ["null", "\"\"", "false", "0", "\"OK\""] {
        assert_eq!(told(200, &format!(r#"{{"error":{none}}}"#)).await, Ok(()), "{none}");
    }
}

#[tokio::test]
async fn the_platforms_words_are_bounded_and_hold_no_control_character() {
    let text = format!("\\u001b[31m\\r\\n{}", "字".repeat(5000));
    let body = format!(r#"{{"error_code":"\u001b]0;x","error":"{text}"}}"#);
    let Err(CallFault::Refused { text, .. }) = told(200, &body).await else { panic!() };
    assert!(text.starts_with("]0;x [31m字") && text.chars().count() == 200, "{text}");
    assert!(!text.chars().any(char::is_control));
}

#[tokio::test]
async fn a_token_is_good_until_it_expires_and_another_is_set() {
    let (fake, platform) = stand().await;
    fake.set_token("2.00OTHER");
    assert_eq!(send(&platform).await, Err(refused(21332, "invalid_access_token")));
    fake.set_token(TOKEN);
    assert_eq!(send(&platform).await, Ok(()));
    fake.expire_token();
    let expired = send(&platform).await;
    assert_eq!(expired, Err(refused(21327, "expired_token")));
    assert_eq!(api::menu(&platform, &token()).await.unwrap_err().retry_advice(), RetryAdvice::TokenRejected);
    fake.set_token(TOKEN);
    assert_eq!(send(&platform).await, Ok(()));
    assert_eq!((fake.sent().len(), fake.arrived().len(), fake.violations()), (2, 4, vec![]));
}

#[tokio::test]
async fn an_operator_reads_what_to_do_in_both_languages() {
    let expect = |fault: CallFault, en: &[&str], zh: &[&str]| {
        for (lang, words) in [(Lang::En, en), (Lang::Zh, zh)] {
            let message = fault.message(lang);
            assert!(words.iter().all(|word| message.contains(word)), "{message}");
        }
    };
    expect(refused(21327, "expired_token"), &["21327 (expired_token)", "bind"], &["已过期", "重新绑定"]);
    expect(refused(21332, ""), &["not accepted"], &["无效"]);
    expect(refused(10004, ""), &["IP address"], &["IP"]);
    expect(refused(10014, ""), &["permission"], &["权限"]);
    expect(refused(20508, ""), &["privacy"], &["隐私"]);
    expect(refused(20301, ""), &["window"], &["关注", "时间"]);
    expect(CallFault::Page(200), &["200", "maintained"], &["200", "网页", "维护"]);
    expect(CallFault::Status(404), &["404", "FANREPLY_API_BASE"], &["404", "FANREPLY_API_BASE"]);
    expect(refused(0, ""), &["the platform refused"], &["平台拒绝了请求"]);
}
