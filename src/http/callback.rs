//! The public listener: the platform's callback, and the probes `/healthz` and `/readyz`. HTTP statuses are
//! chosen here; the responder says what is answered.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CONNECTION};
use hyper::{Method, Request, StatusCode};
use percent_encoding::percent_decode_str;
use tracing::{debug, warn};

use super::answer::{self, Answer};
use super::network::TrustedProxies;
use super::server::{BodyFault, Client, read_body};
use super::strays::Strays;
use super::throttle::Throttle;
use crate::model::message::Format;
use crate::model::query::Query;
use crate::reload::LiveRules;
use crate::reload::report::{Report, ServedFrom};
use crate::respond::Responder;
use crate::respond::admit::{Admitted, Refused};
use crate::store::StoreFault;
use crate::telemetry::{Metrics, Refusal};
use crate::words::log;
use crate::words::log::said;

/// Bytes of a push; the platform's are a few hundred.
const LARGEST_BODY: usize = 1 << 20;

/// Answers the public listener.
pub struct Callback {
    pub folders: Vec<Arc<LiveRules>>,
    pub responder: Arc<Responder>,
    pub metrics: Metrics,
    pub throttle: Throttle,
    pub proxies: TrustedProxies,
    pub strays: Strays,
}

impl Callback {
    /// The answer to one request.
    pub async fn answer(self: Arc<Self>, request: Request<Incoming>, client: Client) -> Answer {
        let address = self.proxies.client_of(client.address, request.headers());
        let path = request.uri().path();
        let account = match path.strip_prefix("/callback") {
            Some("" | "/") => None,
            Some(rest) if rest.starts_with('/') => match percent_decode_str(&rest[1..]).decode_utf8() {
                Ok(name) => Some(name.into_owned()),
                Err(_) => return self.other(&request),
            },
            _ => return self.other(&request),
        };
        match *request.method() {
            Method::GET => self.verify(&request, account.as_deref(), address),
            Method::POST => self.push(request, account.as_deref(), &client, address).await,
            _ => {
                self.metrics.refused(Refusal::MethodNotAllowed);
                answer::with(answer::empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET, POST")
            }
        }
    }

    /// `/healthz` and `/readyz`, and nothing else.
    fn other(&self, request: &Request<Incoming>) -> Answer {
        let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            "/healthz" | "/readyz" if !is_get => {
                self.metrics.refused(Refusal::MethodNotAllowed);
                answer::with(answer::empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET, HEAD")
            }
            "/healthz" => answer::text(StatusCode::OK, "ok"),
            "/readyz" if self.responder.is_ready() => answer::text(StatusCode::OK, self.readiness()),
            "/readyz" => {
                let text = said("no rules are in service", "没有可用的规则");
                answer::text(StatusCode::SERVICE_UNAVAILABLE, text)
            }
            path => {
                self.metrics.refused(Refusal::NotFound);
                let is_signed = || self.responder.admit(None, &Query::of(request.uri().query())).is_ok();
                self.strays.note(path, is_signed);
                answer::empty(StatusCode::NOT_FOUND)
            }
        }
    }

    /// `ok`, and below it what is not as it should be. Whoever asks learns no path and no rule.
    fn readiness(&self) -> String {
        let reports = self.folders.iter().map(|folder| folder.report()).collect::<Vec<_>>();
        let restored = reports.iter().filter(|report| report.origin == ServedFrom::Restored);
        let restored = restored.map(|_| {
            said(
                "a former set of rules was brought back and serves until the files change",
                "换回了之前的一版规则，直到规则文件再次改动",
            )
        });
        let losses = reports.iter().filter(|report| report.has_losses());
        let losses = losses.map(|_| {
            said(
                "many rules are gone, or some that have promised something: see the log and `fanreply rules history`",
                "少了很多规则，或者少了还有跟进消息没发的规则：见日志和 `fanreply rules history`",
            )
        });
        let broken = reports.iter().filter(|report| !report.is_good()).map(|report| broken(report));
        let store = self.responder.store_fault().map(|fault| match fault {
            StoreFault::Full { .. } => said(
                "the disk is full: nothing can be promised; what needs no promise is answered",
                "磁盘已满：不再答应稍后发消息；不需要稍后再发的照常回复",
            ),
            StoreFault::Gone { .. } => said(
                "the database was taken away: nothing can be promised; what needs no promise is answered",
                "数据库被删除或替换：不再答应稍后发消息；不需要稍后再发的照常回复",
            ),
            _ => said(
                "the store cannot be used: nothing can be promised; what needs no promise is answered",
                "数据库无法使用：不再答应稍后发消息；不需要稍后再发的照常回复",
            ),
        });
        let lines = std::iter::once("ok").chain(broken).chain(restored).chain(losses).chain(store);
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The owner has saved the URL: the echo, byte for byte (docs/protocol.md 1.1).
    fn verify(&self, request: &Request<Incoming>, account: Option<&str>, client: IpAddr) -> Answer {
        let query = Query::of(request.uri().query());
        match self.responder.admit(account, &query) {
            Ok(_) => answer::text(StatusCode::OK, query.get("echostr").to_owned()),
            Err(refused) => self.refuse(refused, client),
        }
    }

    async fn push(
        &self,
        request: Request<Incoming>,
        account: Option<&str>,
        client: &Client,
        address: IpAddr,
    ) -> Answer {
        let admitted = match self.responder.admit(account, &Query::of(request.uri().query())) {
            Ok(admitted) => admitted,
            Err(refused) => return self.refuse(refused, address),
        };
        // nothing of the head is kept while the body is waited for
        let body = request.into_body();
        match read_body(client, body, LARGEST_BODY, admitted.deadline.left()).await {
            Ok(body) => self.respond(admitted, &body, address).await,
            Err(BodyFault::TooLarge) => self.turn_away(Refusal::TooLarge, StatusCode::PAYLOAD_TOO_LARGE),
            Err(BodyFault::TooSlow) => self.turn_away(Refusal::TooSlow, StatusCode::REQUEST_TIMEOUT),
            Err(BodyFault::Broken) => answer::empty(StatusCode::BAD_REQUEST),
        }
    }

    async fn respond(&self, admitted: Admitted<'_>, body: &[u8], client: IpAddr) -> Answer {
        match self.responder.push(admitted, body).await {
            Ok(Some((Format::Json, body))) => answer::reply("application/json; charset=utf-8", body),
            Ok(Some((Format::Xml, body))) => answer::reply("text/xml; charset=utf-8", body),
            Ok(None) => answer::empty(StatusCode::OK),
            Err(refused) => self.refuse_signed(&refused, client),
        }
    }

    fn turn_away(&self, reason: Refusal, status: StatusCode) -> Answer {
        self.metrics.refused(reason);
        warn!(reason = reason.as_str(), "{}", said("refused", "已拒绝"));
        answer::with(answer::empty(status), CONNECTION, "close")
    }

    /// What is wrong with a signed request goes back in a status and one line. It is never throttled: behind
    /// a proxy it all comes from one address.
    fn refuse_signed(&self, refused: &Refused, client: IpAddr) -> Answer {
        self.metrics.refused(refused.reason());
        let status = match refused {
            Refused::Signature(_) | Refused::UsedSignature => StatusCode::FORBIDDEN,
            Refused::Undecodable(_) => StatusCode::BAD_REQUEST,
            Refused::UnknownAccount | Refused::OtherReceiver => StatusCode::NOT_FOUND,
            Refused::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        };
        warn!(%client, reason = refused.reason().as_str(), "{}", refused.message(log::lang()));
        answer::text(status, format!("{refused}\n"))
    }

    /// A stranger learns nothing, and is not listened to for long.
    fn refuse(&self, refused: Refused, client: IpAddr) -> Answer {
        if self.throttle.fails_too_often(client, Instant::now()) {
            return self.turn_away_flood(client);
        }
        self.metrics.refused(refused.reason());
        warn!(%client, reason = refused.reason().as_str(), "{}", refused.message(log::lang()));
        let is_unknown = matches!(refused, Refused::UnknownAccount);
        answer::empty(if is_unknown { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN })
    }

    /// One line in the log for each of a flood would be a flood itself.
    fn turn_away_flood(&self, client: IpAddr) -> Answer {
        self.metrics.refused(Refusal::Throttled);
        debug!(%client, reason = Refusal::Throttled.as_str(), "refused: too many failures");
        answer::with(answer::empty(StatusCode::TOO_MANY_REQUESTS), CONNECTION, "close")
    }
}

/// What serves while a rules folder is broken.
fn broken(report: &Report) -> &'static str {
    match report.origin {
        ServedFrom::LastGood if report.is_partial() => said(
            "a rules folder is broken: of the last good rules serve those that this version accepts, the others are left out",
            "规则文件夹有错误：使用磁盘上保存的上一套可用规则，其中这个版本不接受的不会回复",
        ),
        ServedFrom::LastGood => said(
            "a rules folder is broken: the last good rules serve, as they were kept on disk",
            "规则文件夹有错误：使用磁盘上保存的上一套可用规则",
        ),
        _ => said(
            "a rules folder is broken: what served before serves on",
            "规则文件夹有错误：继续使用原来的规则",
        ),
    }
}
