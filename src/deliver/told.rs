//! What deliveries write into the log and an operator must act on.

use crate::words::texts::texts;

texts! {
    #[derive(Clone, Debug)]
    pub(super) enum Told {
        /// An account may not send.
        Paused { why: &'static str, minutes: i64 }
            en "this account sends nothing any more: {why}; what it promised is kept until the windows close. \
                renew the file of its access token, or set another token and restart. one message is tried again in \
                {minutes} min, when the file is written, and at SIGHUP";
            zh "这个账号停止发送：{why}；答应过的消息会保留到窗口关闭。请更新 access token 文件，或者换一个 token 再重启。\
                {minutes} 分钟后、文件重新写入时、收到 SIGHUP 时，会用一条消息再试";
    }
}
