//! The wiring, in one straight line: settings → folders → responder → listeners. The only place that spawns
//! long-lived tasks; they stop in reverse order.

mod bind;
mod known;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::account::token::Token;
use crate::account::{Account, Accounts};
use crate::clock::Clock;
use crate::config::{self, AccountSettings, Settings};
use crate::deliver::Deliverer;
use crate::deliver::measure::Gauges;
use crate::http::admin::guard::Guard;
use crate::http::admin::status::MOST_RELOADS;
use crate::http::admin::{self, Admin};
use crate::http::callback::Callback;
use crate::http::network::TrustedProxies;
use crate::http::server::{Connections, Limits, serve};
use crate::http::strays::Strays;
use crate::http::throttle::Throttle;
use crate::platform::{self, Platform, PlatformFault};
use crate::reload::history::History;
use crate::reload::watch::Pace;
use crate::reload::{Keeper, LiveRules, OpenError};
use crate::respond::Responder;
use crate::respond::fan_data::FanData;
use crate::respond::recorder::{Recording, recorder};
use crate::words::lang::Lang;
use crate::words::texts::texts;
use bind::bind;
use known::make_known;

use crate::data_dir::last_good::LastGood;
use crate::data_dir::listening::Listening;
use crate::data_dir::proof::Proof;
use crate::data_dir::secret::development_secret;
use crate::data_dir::{DataFault, open_data};
use crate::language;
use crate::language::surroundings::{self, Surroundings};
use crate::store::{Store, StoreFault};
use crate::telemetry::{Listener, Metrics};
use crate::words::log;
use crate::words::log::said;

/// A running appliance.
pub struct App {
    pub listening: Listening,
    pub folders: Vec<Arc<LiveRules>>,
    pub responder: Arc<Responder>,
    fan_data: FanData,
    pub metrics: Metrics,
    /// Whether an account without an AppSecret uses the development secret.
    pub uses_development_secret: bool,
    gauges: Gauges,
    pub store: Store,
    accounts: Arc<Accounts>,
    watches: CancellationToken,
    listeners: CancellationToken,
    sending: CancellationToken,
    recording: CancellationToken,
    tasks: JoinSet<()>,
    /// Stopped last, when no message can arrive any more.
    recorders: JoinSet<()>,
}

/// What the wiring needs beside the settings; the defaults are those of `serve`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub clock: Clock,
    pub pace: Pace,
    pub limits: Limits,
    pub lang: Lang,
}

/// The appliance cannot start.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum StartFault {
    Data(#[from] DataFault),
    Rules(#[from] OpenError),
    Store(#[from] StoreFault),
    Platform(#[from] PlatformFault),
    Refused(#[from] Refused),
}

texts! {
    /// What is asked for cannot be had.
    #[derive(Debug, thiserror::Error)]
    pub enum Refused {
        Postgres
            en "FANREPLY_STORE names PostgreSQL, which this version cannot use yet: leave it out, or write sqlite:PATH";
            zh "FANREPLY_STORE 写的是 PostgreSQL，当前版本还不支持：请去掉它，或写成 sqlite:路径";
        InUse { address: SocketAddr }
            en "{address} is in use already: is another fanreply running? choose another address with FANREPLY_LISTEN or FANREPLY_ADMIN_LISTEN";
            zh "{address} 已被占用：是不是已经有一个 fanreply 在运行？可以用 FANREPLY_LISTEN 或 FANREPLY_ADMIN_LISTEN 换一个地址";
        Bind { address: SocketAddr, source: io::Error }
            en "cannot listen on {address}: {source}";
            zh "无法监听 {address}：{source}";
    }
}

impl StartFault {
    /// One line, and sometimes a second one with what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Data(fault) => fault.message(lang),
            Self::Rules(fault) => fault.message(lang),
            Self::Store(fault) => fault.message(lang),
            Self::Platform(fault) => fault.message(lang),
            Self::Refused(fault) => fault.message(lang),
        }
    }
}

impl App {
    /// Starts everything; when it returns, messages are answered.
    ///
    /// # Errors
    /// See [`StartFault`]; nothing runs then.
    pub async fn start(settings: Settings, options: Options) -> Result<Self, StartFault> {
        let (mut app, deliverer) = Self::start_stepped(settings, options).await?;
        let promised = app.responder.promised();
        app.tasks.spawn(deliverer.run(promised, app.sending.clone()));
        Ok(app)
    }

    /// As [`Self::start`], but nothing is sent unless the caller has the deliverer tick.
    ///
    /// # Errors
    /// See [`StartFault`]; nothing runs then.
    pub async fn start_stepped(
        settings: Settings,
        options: Options,
    ) -> Result<(Self, Deliverer), StartFault> {
        let data = settings.data.clone();
        let hindered = open_data(&data)?;
        if let Some(fault) = &hindered {
            error!(
                fault = fault.message(log::lang()),
                "{}",
                said("what needs no promise is answered all the same", "不需要稍后再发的消息照常回复")
            );
        }
        let uses_development_secret = settings.accounts.iter().any(|account| account.app_secret.is_none());
        let development = uses_development_secret.then(|| development_secret(&data)).transpose()?;
        let metrics = Metrics::new();
        let store = open_store(&settings.store, hindered.is_some()).await?;
        store.count_in(metrics.clone());
        let platform = Platform::new(settings.api_base.as_deref())?;
        let folders = open_folders(&settings, &store, &metrics).await?;
        let public = bind(settings.listen)?;
        let admin = bind(settings.admin_listen)?;
        let listening = Listening { public: public.1, admin: admin.1 };
        let proof = make_known(&data, listening);
        let accounts = Arc::new(accounts(&settings, &folders, development.as_ref()));
        drop_recording(&store, settings.record).await;
        let (recorder, recording) =
            settings.record.map(|most| recorder(store.clone(), most, metrics.clone())).unzip();
        let fan_data = FanData::new(store.clone(), recorder);
        let responder = Responder::new(
            accounts.clone(),
            options.clock.clone(),
            settings.signature_max_age,
            fan_data.clone(),
            metrics.clone(),
        );
        let responder = Arc::new(responder.with_nonces_once(settings.nonce_once));
        let clock = options.clock.clone();
        let deliverer = Deliverer::new(store.clone(), platform, accounts.clone(), clock, metrics.clone());
        let folders: Vec<Arc<LiveRules>> = folders.into_values().collect();
        let mut app = Self {
            listening,
            folders,
            responder,
            fan_data,
            metrics,
            uses_development_secret,
            gauges: deliverer.gauges(),
            store,
            accounts,
            watches: CancellationToken::new(),
            listeners: CancellationToken::new(),
            sending: CancellationToken::new(),
            recording: CancellationToken::new(),
            tasks: JoinSet::new(),
            recorders: JoinSet::new(),
        };
        app.record(recording);
        app.watch(&options);
        let proxies = TrustedProxies(settings.trusted_proxies);
        let guard = Guard {
            password: settings.admin_password,
            guesses: Throttle::default(),
            hosts: settings.admin_hosts,
            proxies: proxies.clone(),
            metrics: app.metrics.clone(),
        };
        app.listen_publicly(public.0, proxies, &options);
        app.listen_to_admin(admin.0, guard, proof, &options);
        info!(public = %listening.public, admin = %listening.admin, "{}", said("listening", "开始监听"));
        Ok((app, deliverer))
    }

    fn watch(&mut self, options: &Options) {
        for folder in &self.folders {
            self.tasks.spawn(folder.clone().watch(options.pace.clone(), self.watches.clone()));
        }
    }

    fn record(&mut self, recording: Option<Recording>) {
        if let Some(recording) = recording {
            self.recorders.spawn(recording.run(self.recording.clone()));
        }
    }

    fn listen_publicly(&mut self, listener: TcpListener, proxies: TrustedProxies, options: &Options) {
        let callback = Arc::new(Callback {
            folders: self.folders.clone(),
            responder: self.responder.clone(),
            metrics: self.metrics.clone(),
            throttle: Throttle::default(),
            proxies,
            strays: Strays::default(),
        });
        let handler = move |request, client| callback.clone().answer(request, client);
        let counted = count_connections(self.metrics.clone(), Listener::Public);
        self.tasks.spawn(serve(listener, options.limits, counted, handler, self.listeners.clone()));
    }

    fn listen_to_admin(&mut self, listener: TcpListener, guard: Guard, proof: Proof, options: &Options) {
        let admin = Admin {
            folders: self.folders.clone(),
            fan_data: self.fan_data.clone(),
            gauges: self.gauges.clone(),
            metrics: self.metrics.clone(),
            proof,
            reloads: Arc::new(Semaphore::new(MOST_RELOADS)),
            lang: options.lang,
        };
        let router = admin::router(admin, guard);
        let handler = move |request, client| admin::answer(router.clone(), request, client);
        let counted = count_connections(self.metrics.clone(), Listener::Admin);
        self.tasks.spawn(serve(listener, options.limits, counted, handler, self.listeners.clone()));
    }

    /// Reloads every rules folder now, and has the access tokens that were refused tried again.
    pub async fn reload(&self) {
        self.accounts.all.iter().for_each(|account| account.token.try_again());
        for folder in &self.folders {
            folder.reload().await;
        }
    }

    /// Stops listening, lets requests and calls in flight end, closes the store, and returns when nothing
    /// runs any more.
    pub async fn stop(self) {
        self.listeners.cancel();
        self.sending.cancel();
        self.watches.cancel();
        join_all(self.tasks).await;
        self.recording.cancel();
        join_all(self.recorders).await;
        if let Err(fault) = self.store.close().await {
            error!(
                fault = fault.message(log::lang()),
                "{}",
                said(
                    "the store was not closed in order; nothing that was committed is lost",
                    "数据库没有正常关闭；已经保存的内容不会丢失"
                )
            );
        }
        info!("{}", said("stopped", "已停止"));
    }
}

/// What was recorded before goes when recording is switched off, or keeps less.
async fn drop_recording(store: &Store, most: Option<u32>) {
    if let Err(fault) = store.trim_recent(most.unwrap_or(0)).await {
        error!(
            fault = fault.message(log::lang()),
            "{}",
            said("what was recorded before is still kept", "以前记录的消息没能删掉")
        );
    }
}

async fn join_all(mut tasks: JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(fault) = ended {
            error!(%fault, "{}", said("a task ended in disorder", "一个后台任务异常结束"));
        }
    }
}

/// Each folder once, however many accounts it answers for.
async fn open_folders(
    settings: &Settings,
    store: &Store,
    metrics: &Metrics,
) -> Result<BTreeMap<PathBuf, Arc<LiveRules>>, StartFault> {
    let mut folders = BTreeMap::new();
    for path in settings.accounts.iter().map(|account| &account.rules) {
        if !folders.contains_key(path) {
            let last_good = LastGood::new(&settings.data, path);
            let keeper = Keeper { last_good, history: Some(History::new(store.clone(), path)) };
            let live = LiveRules::open(
                path,
                Some(keeper),
                surroundings(settings, path),
                language::load,
                metrics.clone(),
            );
            folders.insert(path.clone(), live.await?);
        }
    }
    Ok(folders)
}

/// What a rules folder must know about the settings. One that no account names is looked at as if any did.
pub fn surroundings(settings: &Settings, folder: &Path) -> Surroundings {
    let own: Vec<&AccountSettings> =
        settings.accounts.iter().filter(|account| account.rules == folder).collect();
    let sending = if own.is_empty() { settings.accounts.iter().collect() } else { own.clone() };
    let known = |account: &&AccountSettings| surroundings::KnownAccount {
        name: account.name.clone(),
        id: account.id,
    };
    Surroundings {
        accounts: own.iter().map(known).collect(),
        zone: own.first().map_or_else(|| settings.zone.clone(), |account| account.zone.clone()),
        sends: sending.iter().any(|account| account.access_token.is_some()),
        profile: sending.first().map_or(platform::DEFAULT, |account| account.profile),
        leaves_out: false,
    }
}

/// Opening reads the file, which blocks. A full disk and a damaged file are waited for, and a disk that takes nothing for
/// another reason where the data folder was used before.
async fn open_store(store: &config::Store, is_hindered: bool) -> Result<Store, StartFault> {
    let config::Store::Sqlite(path) = store else { return Err(Refused::Postgres.into()) };
    let path = path.clone();
    let open = move || match Store::open(&path) {
        Err(StoreFault::Full { .. } | StoreFault::Damaged { .. }) => Store::open_or_wait(&path),
        Err(_) if is_hindered => Store::open_or_wait(&path),
        opened => opened,
    };
    let opened = tokio::task::spawn_blocking(open).await;
    Ok(opened.unwrap_or(Err(StoreFault::Closed))?)
}

fn accounts(
    settings: &Settings,
    folders: &BTreeMap<PathBuf, Arc<LiveRules>>,
    development: Option<&SecretString>,
) -> Accounts {
    let account = |account: &AccountSettings| Account {
        name: account.name.clone(),
        id: account.id,
        // one that has no secret was the reason to make the development secret
        secret: account.app_secret.clone().or_else(|| development.cloned()).unwrap_or_default(),
        token: Token::new(account.access_token.clone(), account.token_file.clone()),
        rules: folders.get(&account.rules).map(|folder| folder.in_service()).unwrap_or_default(),
        zone: account.zone.clone(),
        pace: settings.send_rate,
        profile: account.profile,
    };
    Accounts { all: settings.accounts.iter().map(account).collect() }
}

fn count_connections(metrics: Metrics, listener: Listener) -> impl Fn(Connections) {
    move |connections| match connections {
        Connections::Open(open) => metrics.open_connections(listener, open),
        Connections::TurnedAway(count) => metrics.turned_away(listener, count),
    }
}
