//! Why settings cannot be used, as a table with its words in both languages. No reason holds a secret, nor
//! the text of a setting that may contain one.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use crate::model::id::UserId;
use crate::words::lang::Lang;
use crate::words::texts::{Localize, texts};

texts! {
    /// Why settings cannot be used.
    #[derive(Debug)]
    pub enum Reason {
        Unreadable { path: String, why: Why }
            en "cannot read {path}: {why}";
            zh "无法读取 {path}：{why}";
        TooLarge { path: String, kilobytes: u64 }
            en "{path} is larger than {kilobytes} KB; is it the right file?";
            zh "{path} 超过了 {kilobytes} KB，请检查是不是写错了文件";
        NotText { path: String }
            en "{path} is not saved as UTF-8; save it again with that encoding";
            zh "{path} 不是 UTF-8 编码，请用 UTF-8 重新保存";
        EmptyFile { path: String }
            en "{path} is empty";
            zh "{path} 是空文件";
        NoSuchPath
            en "there is no such file\na path belongs here; what was written is not shown, for it may be the secret itself: that belongs into the setting without `_file`";
            zh "没有这个文件\n这里应该填写文件路径；填写的内容可能就是密钥，所以不显示。密钥本身请写到名字不带 `_file` 的设置里";
        BlankInSecret
            en "there is a blank in this secret, before it or behind it; write it again without";
            zh "这个密钥的中间或前后有空白字符，请去掉后重新填写";

        NotYaml { reason: String }
            en "this cannot be read as YAML: {reason}";
            zh "这里不符合 YAML 的写法：{reason}";
        WrongForm
            en "this does not have the form that is expected here\n\
                write lines `key: value`; put a value with special signs in quotes; begin each item of a list with `- `";
            zh "这里的写法不对\n\
                请写成“字段: 内容”这样的行；内容里有特殊符号时加上引号；列表的每一项以 `- ` 开头";
        UnknownKey { key: String, meant: Suggestion, known: String }
            en "there is no key `{key}` here{meant}\npossible are: {known}";
            zh "这里没有 `{key}` 这个字段{meant}\n可以写的有：{known}";
        DuplicateKey { key: String }
            en "`{key}` stands here twice; keep one of them";
            zh "`{key}` 写了两次，请只保留一个";
        UnsetVariable { name: String }
            en "the variable {name} is not set, or empty";
            zh "环境变量 {name} 没有设置，或者是空的";
        OpenReference
            en "`${{` has no `}}` behind it; a variable is written ${{NAME}}";
            zh "`${{` 后面缺少 `}}`；环境变量请写成 ${{NAME}}";
        BareReference
            en "this begins like a variable, which is written ${{NAME}}; a secret that itself begins with `$` can stand in a file";
            zh "这里像是环境变量，请写成 ${{NAME}}；如果密钥本身以 `$` 开头，请把它放在文件里";
        BothForms { other: String }
            en "{other} is set too; keep one of the two";
            zh "同时还设置了 {other}，两个请只保留一个";

        NotAnAddress { text: String }
            en "\"{text}\" is no address with a port\n\
                write 127.0.0.1:8080, or 0.0.0.0:8080 to be reached from other machines";
            zh "“{text}”不是带端口的地址\n请写 127.0.0.1:8080；要让其他机器也能访问，请写 0.0.0.0:8080";
        NotARate { text: String, least: f64, most: f64 }
            en "\"{text}\" is no number of messages per second between {least} and {most}; the usual is 2";
            zh "“{text}”不对；这里是每秒发送的消息数，在 {least} 到 {most} 之间，一般写 2";
        NotASpan { text: String }
            en "\"{text}\" is no span of time; write 30m or 1h, or 0 to allow any age";
            zh "“{text}”不是有效的时长；请写 30分钟 或 1小时，写 0 表示不限";
        UnknownZone { text: String, meant: Suggestion }
            en "there is no time zone \"{text}\"{meant}";
            zh "没有“{text}”这个时区{meant}";
        NotANumberToRecord { text: String, most: u32 }
            en "\"{text}\" is no number of messages to keep, up to {most}; write 10000, or off";
            zh "“{text}”不对；这里是要保留的消息条数，不超过 {most}；请写 10000，不记录就写 off";
        NotALogLevel { text: String, meant: Suggestion, known: String }
            en "\"{text}\" is no level of the log{meant}\npossible are: {known}; and such as fanreply=debug,info";
            zh "没有“{text}”这个日志级别{meant}\n可以写的有：{known}；也可以写成 fanreply=debug,info 这样";
        NotALogFormat { text: String }
            en "\"{text}\" is no log format; write text or json";
            zh "没有“{text}”这种日志格式；请写 text 或 json";
        NotAUserId { text: String }
            en "\"{text}\" is no Weibo uid; one has up to 19 digits and nothing else";
            zh "“{text}”不是微博 uid；uid 只由数字组成，最多 19 位";
        NotAnApiBase
            en "this is no base address; write https://HOST or http://HOST:PORT/PATH, without a password and without `?`";
            zh "这不是有效的接口地址；请写 https://主机 或 http://主机:端口/路径，不要带密码，也不要带 `?`";
        PlainApi { base: String }
            en "{base} would carry the access token in plain text to another machine\n\
                write https://, or set FANREPLY_API_PLAIN_HTTP=yes where nobody can listen in between";
            zh "{base} 会把 access token 以明文发送到另一台机器\n\
                请改用 https://；如果确定中间的网络没有人能窃听，请设置 FANREPLY_API_PLAIN_HTTP=yes";
        NotASwitch { text: String }
            en "\"{text}\" is neither yes nor no";
            zh "“{text}”不对；请写 yes 或 no";
        NotAHost { text: String }
            en "\"{text}\" is no host name; write console.example.com, without https://, port and path";
            zh "“{text}”不是主机名；请写成 console.example.com 这样，不带 https://、端口和路径";
        NotANetwork { text: String }
            en "\"{text}\" is no address of a proxy; write 10.0.0.5, or a network like 10.0.0.0/8";
            zh "“{text}”不是代理的地址；请写 10.0.0.5 这样的地址，或 10.0.0.0/8 这样的网段";
        NotAStore
            en "a store is written sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE";
            zh "存储请写成 sqlite:文件路径 或 postgres://用户:密码@主机/数据库";

        NoAccounts
            en "list at least one account, or delete the key";
            zh "请至少写一个账号，或者删掉这个字段";
        NoAccountName
            en "an account needs a `name`";
            zh "账号缺少 `name`";
        BadAccountName { name: String, most: usize }
            en "\"{name}\" cannot stand in an address; use letters, digits, `-` and `_`, at most {most}";
            zh "“{name}”不能用在网址里；只能用文字、数字、`-` 和 `_`，最多 {most} 个字";
        SameName { name: String }
            en "two accounts are named \"{name}\"; give each a name of its own";
            zh "有两个账号都叫“{name}”；请给每个账号起不同的名字";
        SameId { id: UserId }
            en "two accounts have the id {id}; list each account once";
            zh "有两个账号的 id 都是 {id}；同一个账号只能写一次";
        SecondWithoutId
            en "this account has no `id`, and neither has one before it: whose message is it?\n\
                write the uid of each account into its `id`; at most one may do without";
            zh "这个账号没有写 `id`，前面也有一个账号没写，无法判断消息属于谁\n请给每个账号写上 `id`（微博 uid）；最多只有一个账号可以不写";
        BesideAccounts { inside: &'static str }
            en "this belongs to one account, but the settings file lists `accounts`\n\
                drop it, and write `{inside}` into its account in that list";
            zh "这一项只属于一个账号，但设置文件里列出了 `accounts`\n请去掉它，在列表里对应的账号下面写 `{inside}`";

        OpenAdmin { address: SocketAddr }
            en "at {address} other machines could open the admin side without a password\n\
                set FANREPLY_ADMIN_PASSWORD, or listen on 127.0.0.1";
            zh "监听 {address} 时，其他机器不用密码就能打开管理端\n\
                请设置 FANREPLY_ADMIN_PASSWORD，或者改为监听 127.0.0.1";
        NoAppSecret { address: SocketAddr }
            en "set FANREPLY_APP_SECRET (or FANREPLY_APP_SECRET_FILE) to the AppSecret of your account: without it whoever reaches {address} could pretend to be Weibo";
            zh "请把 FANREPLY_APP_SECRET（或 FANREPLY_APP_SECRET_FILE）设置为账号的 AppSecret，否则任何能访问 {address} 的人都可以冒充微博";
        AccountWithoutSecret { address: SocketAddr, account: String }
            en "whoever reaches {address} could pretend to be Weibo to the account \"{account}\"\n\
                write its AppSecret into the settings file, as `app_secret` or `app_secret_file`";
            zh "任何能访问 {address} 的人都可以冒充微博，向账号“{account}”推送消息\n\
                请在设置文件里写上它的 AppSecret，用 `app_secret` 或 `app_secret_file`";
    }
}

/// The word that was perhaps meant, to stand behind a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion(pub Option<String>);

impl Localize for Suggestion {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = |word| lang.pick(format!("; did you mean `{word}`?"), format!("；是不是想写 `{word}`？"));
        self.0.as_ref().map(words).unwrap_or_default()
    }
}

/// Why a file could not be read.
#[derive(Debug)]
pub struct Why(pub io::Error);

impl Localize for Why {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self.0.kind() {
            io::ErrorKind::NotFound => lang.pick("there is no such file", "没有这个文件").to_owned(),
            io::ErrorKind::PermissionDenied => lang.pick("permission denied", "没有读取权限").to_owned(),
            io::ErrorKind::IsADirectory => lang.pick("it is a folder", "这是一个文件夹").to_owned(),
            io::ErrorKind::InvalidInput => lang.pick("it is not an ordinary file", "不是普通文件").to_owned(),
            _ => self.0.localized(lang).to_string(),
        }
    }
}
