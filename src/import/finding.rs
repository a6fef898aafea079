//! Findings: what was not carried over, or was carried over differently, each with its place and reason. They are
//! values with words in both languages.

use std::fmt;

use crate::words::lang::Lang;
use crate::words::texts::{Localize, texts};

/// Something that the operator must know about what was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub at: FindingPlace,
    pub what: FindingKind,
}

/// Where in the imported file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingPlace {
    /// A rule by its name there, or by its number from 1 where it has none.
    Rule(String),
    /// A row as a spreadsheet counts them.
    Row(usize),
    /// A rule file by its path below the folder.
    RuleFile(String),
    FollowReply,
    DefaultReply,
    File,
}

texts! {
    /// What became of it. Those of [`FindingKind::is_loss`] are not in the folder.
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    pub enum FindingKind {
        Media { kind: MediaKind }
            en "{kind}: Weibo takes texts, cards and positions as automatic answers; put it on a page and answer with its link";
            zh "{kind}：微博的自动回复只支持文字、图文和位置；可以把它放到网页上，回复里写网址";
        UnknownReply { kind: String }
            en "a reply of the type \"{kind}\", which is not known here";
            zh "不认识的回复类型“{kind}”";
        EmptyReply
            en "an empty reply";
            zh "回复是空的";
        /// Articles of which the file holds no more than the name of a material.
        ArticlesElsewhere { id: String }
            en "articles that the file names by the media id \"{id}\" alone, without title and link: write them into the rule as `articles`";
            zh "图文只有素材编号“{id}”，文件里没有标题和链接：请在规则里用 `articles` 重新写";
        NoReplyLeft
            en "the whole rule, because none of its replies is left";
            zh "整条规则没有导入：没有一条回复能保留下来";
        NoKeyword
            en "the whole rule, because it has no keyword";
            zh "整条规则没有导入：没有关键词";
        /// The word with its invisible characters written out.
        NothingLeft { word: String }
            en "the keyword \"{word}\", of which nothing can be seen";
            zh "关键词“{word}”里没有看得见的字";
        UnknownMatch { word: String }
            en "\"{word}\" is no way to match that is known here: write contain, equal, starts with, ends with or regex";
            zh "不认识匹配方式“{word}”：请写包含、完全匹配、开头、结尾或正则";
        ArticleWithoutLink { title: String }
            en "the article \"{title}\", which has no link that begins with http:// or https://";
            zh "图文“{title}”没有以 http:// 或 https:// 开头的链接";
        ArticleWithoutTitle
            en "an article without a title";
            zh "有一篇图文没有标题";
        TooManyArticles { count: usize, limit: usize }
            en "all but the first {limit} of {count} articles: Weibo shows no more in one answer";
            zh "共有 {count} 篇图文，只保留了前 {limit} 篇：微博一次最多显示 {limit} 篇";
        TooManyCells { cells: usize, columns: usize }
            en "{cells} cells under {columns} columns: a cell with a comma in it must stand in quotation marks";
            zh "表头有 {columns} 列，这一行却有 {cells} 格：含有逗号的内容要用双引号括起来";
        ColumnIgnored { column: String }
            en "the column \"{column}\": known are keyword, match, reply, reply mode, type, name and enabled";
            zh "没有用到“{column}”这一列：认识的列有关键词、匹配方式、回复、回复方式、类型、规则名、启用";
        DamagedCell { column: String, cell: String }
            en "the whole row: in the column \"{column}\" the spreadsheet program has put \"{cell}\" in the place of what was written; make the column a text column, write it again and save";
            zh "整行没有导入：“{column}”这一列的内容被表格软件改成了“{cell}”；请把这一列设为文本格式，重新填写并保存";
        TooManyRows { most: usize }
            en "the reply: one rule draws from {most} replies at most";
            zh "这条回复没有导入：一条规则最多从 {most} 条回复里抽一条";
        /// A title above the names of the columns.
        AboveHead
            en "a title above the names of the columns";
            zh "列名上面的标题";
        Duplicate { of: String }
            en "it says the same as the rule \"{of}\"";
            zh "和规则“{of}”完全一样";
        /// An address that only opens where it came from; its words stay.
        LinkLost { words: String, address: String }
            en "the link behind \"{words}\", which does not open outside WeChat ({address}); its words stay";
            zh "“{words}”后面的链接在微信以外打不开（{address}）；文字保留";
        /// The rule language refuses it, with its own words.
        Refused { reason: String }
            en "{reason}";
            zh "{reason}";
        Links
            en "links in the text now stand behind their words, as addresses or numbers, because Weibo shows no HTML";
            zh "文字里的链接改成了“文字 网址（或电话）”：微博不支持 HTML";
        Html
            en "tags and codes of HTML, such as <b>, <br> or &nbsp;, became plain text and line ends";
            zh "文字里的 HTML 标记（如 <b>、<br>、&nbsp;）改成了普通文字和换行：微博不支持 HTML";
        Braces
            en "{{{{ or {{% in the text is sent exactly as it stands there; to insert something instead, write a rule of your own into another file of the folder";
            zh "文字里的 {{{{ 或 {{% 会原样发出；如果想在这里插入内容，请在文件夹的另一个文件里自己写一条规则";
        Emoticons
            en "WeChat's codes for emoticons, such as /::), are shown as characters by Weibo; write [微笑] or an emoji";
            zh "微信的表情代码（如 /::)）在微博里会显示成字符；请改成 [微笑] 这样的写法或 emoji";
        UnknownMode { mode: String }
            en "the reply mode \"{mode}\" is not known here; all replies are sent";
            zh "不认识回复方式“{mode}”，按“全部回复”导入";
        SwitchedOff
            en "it was switched off there, and stays off (`enabled: false`); to use it, switch it on there and import again";
            zh "原来就是关闭的，这里也不启用（`enabled: false`）；要启用，请在原来的地方打开，再导入一次";
        UnknownSwitch { word: String }
            en "\"{word}\" does not say whether it is in use, so it stays off (`enabled: false`); to use it, write \"yes\" into the cell and import again";
            zh "看不出“{word}”是不是启用，先不启用（`enabled: false`）；要启用，请在这一格填“是”，再导入一次";
        EndMarks
            en "the mark at the end of a keyword (? ! 。) is left out, because fans often leave it out; to look for it, write the keyword in quotation marks: \"C?\"";
            zh "关键词末尾的标点（？！。）没有保留，因为粉丝常常不打；一定要匹配标点时，请给这个词加上英文双引号，例如 \"C?\"";
        LineBreaks
            en "\\n in the reply is a line break";
            zh "回复里的 \\n 改成了换行";
        Joined
            en "it has the words of a row above: together they are one rule, which answers with one of their replies at random (`one_of`)";
            zh "和前面某一行的关键词相同：合并成一条规则，每次随机回复其中一条（`one_of`）";
        Drawn
            en "it has several replies: one of them is sent, at random (`one_of`); to send all of them, write \"all\" into a column called reply mode";
            zh "有几条回复：每次随机发其中一条（`one_of`）；如果要全部发送，请加一列“回复方式”，填“全部”";
        /// The author's own word in a column that may say what the rule is for.
        UnknownSort { word: String }
            en "the type \"{word}\" changes nothing: the row is imported as an answer to its keywords";
            zh "类型“{word}”不起作用：这一行按关键词回复导入";
        /// A key of a file beside its rules.
        NotHeld { key: String, why: NotHeld }
            en "`{key}`: {why}";
            zh "`{key}`：{why}";
        RuleNotHeld { key: String, why: NotHeld }
            en "the whole rule, because of `{key}`: {why}";
            zh "整条规则没有导出，因为 `{key}`：{why}";
        /// A key without which the rule answers the same.
        LeftOut { key: &'static str }
            en "without `{key}`, for which there is no column; the rule answers the same";
            zh "`{key}` 没有对应的列，没有导出；规则的回复不变";
        /// Perhaps several words, between signs that part none.
        OneWord { word: String }
            en "\"{word}\" is looked for as one word; to look for several, write | between them";
            zh "“{word}”当作一个词来匹配；如果是几个词，请用顿号隔开";
        OftenerThanBefore
            en "WeChat answers a fan with it once an hour at most; here it answers every message that no other rule does";
            zh "微信里同一位粉丝一小时最多收到一次；这里凡是其他规则没有回复的消息都会回复";
        PicturesOfWechat { count: usize }
            en "cover pictures that lie at WeChat, which lets no other app show them: {count}; write these rules yourself, in another file of the folder, with pictures of your own";
            zh "有 {count} 张封面图存放在微信，在其他应用里无法显示：请在文件夹的另一个文件里自己写这些规则，换上自己的图片";
        Shadowed { word: String, rule: String }
            en "\"{word}\" is answered by the rule \"{rule}\", which stands before it: move this one above it, and import again";
            zh "“{word}”会由前面的规则“{rule}”回复：请把这一条移到它前面，再导入一次";
        /// By a rule of another file of the folder.
        AnsweredBeside { word: String, rule: String }
            en "\"{word}\" is answered by your own rule \"{rule}\": leave it so, or change the words or the `priority` of that rule";
            zh "“{word}”由您自己的规则“{rule}”回复：如果本来就要这样，不用改；否则请改那条规则的词或 `priority`";
        /// Of two that answer every follow, or whatever no word is known for, the second.
        NeverReached { rule: String }
            en "it never answers, because the rule \"{rule}\" answers the same before it: delete one of the two, and import again";
            zh "它永远轮不到，因为前面的规则“{rule}”已经回复了同样的消息：请删掉其中一条，再导入一次";
        NeedsToken { rules: usize }
            en "rules with several messages or a long text: {rules}; whatever follows the first message needs an access token (FANREPLY_ACCESS_TOKEN)";
            zh "有 {rules} 条规则会回复多条消息或长文字；第一条之后的消息需要 access token（FANREPLY_ACCESS_TOKEN）才能发出";
    }
}

/// Why the rows of a table cannot say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotHeld {
    NoColumn,
    SeveralWays,
    NoText,
    Inserts,
    /// Another rule has the same words, and rows for the same words are one rule.
    SameWords,
    ReadOtherwise,
}

/// What cannot be answered with on Weibo (docs/protocol.md 5.5 and 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    Picture,
    Voice,
    Video,
}

impl Localize for FindingPlace {
    /// The beginning of a line.
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Rule(name) => lang.pick(format!("rule \"{name}\""), format!("规则“{name}”")),
            Self::Row(number) => lang.pick(format!("row {number}"), format!("第 {number} 行")),
            Self::RuleFile(path) => path.clone(),
            Self::FollowReply => lang.pick("follow reply", "被关注回复").to_owned(),
            Self::DefaultReply => lang.pick("default reply", "收到消息回复").to_owned(),
            Self::File => lang.pick("whole file", "整个文件").to_owned(),
        }
    }
}

impl Localize for MediaKind {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Picture => lang.pick("a picture", "图片"),
            Self::Voice => lang.pick("a voice message", "语音"),
            Self::Video => lang.pick("a video", "视频"),
        }
    }
}

impl Localize for NotHeld {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::NoColumn => lang.pick("there is no column for it", "表格里没有对应的列"),
            Self::SeveralWays => {
                lang.pick("a row looks for its words in one way alone", "一行只能用一种匹配方式")
            }
            Self::NoText => lang.pick("a cell holds texts alone", "单元格里只能写文字"),
            Self::Inserts => {
                lang.pick("its text inserts something ({{ … }})", "文字里有要插入的内容（{{ … }}）")
            }
            Self::SameWords => lang.pick(
                "a rule above has the same words, and as rows the two would be one rule",
                "前面有一条规则的词完全相同，写成表格会合并成一条",
            ),
            Self::ReadOtherwise => lang.pick(
                "a cell that holds it would be imported as something else",
                "写进单元格以后，再导入就不是原来的内容了",
            ),
        }
    }
}

impl FindingKind {
    /// Whether something is missing in the folder, rather than different.
    pub fn is_loss(&self) -> bool {
        !matches!(
            self,
            Self::Links
                | Self::Html
                | Self::Braces
                | Self::Emoticons
                | Self::UnknownMode { .. }
                | Self::SwitchedOff
                | Self::UnknownSwitch { .. }
                | Self::EndMarks
                | Self::LineBreaks
                | Self::Joined
                | Self::Drawn
                | Self::UnknownSort { .. }
                | Self::LeftOut { .. }
                | Self::OneWord { .. }
                | Self::OftenerThanBefore
                | Self::PicturesOfWechat { .. }
                | Self::Shadowed { .. }
                | Self::AnsweredBeside { .. }
                | Self::NeverReached { .. }
                | Self::NeedsToken { .. }
        )
    }
}
