//! The platform's answer to a call: read within bounds, and told apart into success and refusal (docs/protocol.md 9.3 and
//! 10.2). What its status says where the platform has not spoken stands in `CallFault::retry_advice`.

use std::borrow::Cow;

use reqwest::Response;
use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::platform::call_fault::CallFault;
use crate::platform::reason::bounded_without;
use crate::platform::weibo::codes::refused;

/// Bytes of an answer. The largest one, a full menu, takes a tenth of it.
const ANSWER_LIMIT: usize = 64 << 10;

/// The document of a successful answer; `Null` if it is empty.
///
/// An error envelope counts whatever the status is; the status counts where there is no envelope.
pub(super) async fn read(response: Response, token: &SecretString) -> Result<Value, CallFault> {
    let status = response.status();
    let answer = body(response, status.as_u16()).await.and_then(|body| parse(&body, status.as_u16()));
    if let Ok(Value::Object(answer)) = &answer {
        let code = answer.get("error_code").or_else(|| answer.get("errcode"));
        match code.filter(|code| !code.is_null()) {
            Some(code) if !is_zero(code) => return Err(refusal(code, answer, token)),
            // gateways say `error` in documents of their own, whose status says more
            None if status.is_success() && complains(answer) => {
                return Err(refusal(&Value::Null, answer, token));
            }
            // it means the same whatever the call (docs/protocol.md 10.2)
            _ if status.is_success() && answer.get("result").is_some_and(is_false) => {
                return Err(refused(0, "result: false".to_owned()));
            }
            _ => {}
        }
    }
    match answer {
        Err(CallFault::Page(status)) => Err(CallFault::Page(status)),
        answer if status.is_success() => answer,
        _ => Err(CallFault::Status(status.as_u16())),
    }
}

async fn body(mut response: Response, status: u16) -> Result<Vec<u8>, CallFault> {
    let mut whole = Vec::new();
    while let Some(part) = response.chunk().await.map_err(CallFault::of)? {
        let room = ANSWER_LIMIT - whole.len();
        whole.extend_from_slice(&part[..part.len().min(room)]);
        if part.len() > room {
            return Err(unreadable(&whole, status));
        }
    }
    Ok(whole)
}

/// What a success says is not documented for every call (docs/protocol.md 12), so one without words is one
/// too.
fn parse(body: &[u8], status: u16) -> Result<Value, CallFault> {
    let body = without_mark(body);
    if body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|_| unreadable(body, status))
}

/// The platform's interfaces answer in JSON, so markup is somebody else's page.
fn unreadable(body: &[u8], status: u16) -> CallFault {
    let is_page = without_mark(body).trim_ascii_start().starts_with(b"<");
    if is_page { CallFault::Page(status) } else { CallFault::Undecodable }
}

/// The body behind a byte order mark, which some gateways put before what they pass on.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

/// `0` and `"0"` are success (docs/protocol.md 9.3).
fn is_zero(code: &Value) -> bool {
    code.as_u64() == Some(0) || code.as_str() == Some("0")
}

fn is_false(result: &Value) -> bool {
    result == &Value::Bool(false) || result.as_str() == Some("false")
}

fn complains(answer: &Map<String, Value>) -> bool {
    let text = words(answer);
    !text.is_empty() && !text.eq_ignore_ascii_case("ok")
}

/// What it says of its error; what is no text, as it stands there.
fn words(answer: &Map<String, Value>) -> Cow<'_, str> {
    match answer.get("error").or_else(|| answer.get("errmsg")) {
        None | Some(Value::Null | Value::Bool(false)) => "".into(),
        Some(Value::String(text)) => text.into(),
        Some(other) if is_zero(other) => "".into(),
        Some(other) => other.to_string().into(),
    }
}

/// Keeps a code that is no number, such as a literal `264XX`, in front of the words.
fn refusal(code: &Value, answer: &Map<String, Value>, token: &SecretString) -> CallFault {
    let number = match code {
        Value::String(text) => text.trim().parse().ok(),
        code => code.as_u64().and_then(|code| u32::try_from(code).ok()),
    };
    let literal = match code {
        Value::Null => String::new(),
        Value::String(text) => format!("{text} "),
        code => format!("{code} "),
    };
    let literal = if number.is_some() { "" } else { &literal };
    let text = format!("{literal}{}", words(answer));
    refused(number.unwrap_or(0), bounded_without(&text, token))
}

/// Accepts a success in any of its known forms.
pub(super) fn accepted(answer: &Value) -> Result<(), CallFault> {
    if matches!(answer, Value::Object(_) | Value::Null) { Ok(()) } else { Err(CallFault::Undecodable) }
}
