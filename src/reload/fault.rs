//! What can be wrong with a rules folder before the text of a file is looked at: names, links, sizes,
//! permissions, and a folder that has no rules. Codes F160 to F179.

use crate::language::diagnostic::faults;
use crate::words::os::SystemReason;

faults! {
    pub enum FolderFault {
        160 Error Misnamed { name: String, fixed: String }
            en "\"{name}\" is not read, because its name does not end in `.yaml`",
               "rename it to \"{fixed}\" (Windows shows the whole name with View → File name extensions), or begin its name with _ if it is meant to be skipped";
            zh "“{name}”不会被读取，因为文件名不是以 `.yaml` 结尾",
               "请改名为“{fixed}”（Windows 要先在“查看”里勾选“文件扩展名”，才能看到完整的文件名）；如果本来就不想用它，让文件名以 _ 开头";
            means "Only names that end in `.yaml` or `.yml` are read. Notepad likes to add `.txt`, and Windows hides that ending, so that the rules seem to be there and never answer.",
                  "只有以 `.yaml` 或 `.yml` 结尾的文件才会被读取。记事本常常自动加上 `.txt`，Windows 又把它藏起来，看起来规则在那里，其实从来不会回复。";
        161 Error Document { name: String, fixed: String }
            en "\"{name}\" is a word processor's document and is not read",
               "save it as plain text with the encoding UTF-8 under the name \"{fixed}\"";
            zh "“{name}”是文字处理软件的文档，不会被读取",
               "请另存为纯文本，编码选 UTF-8，文件名用“{fixed}”";
            means "Word, WPS and their like save texts in a format of their own, which holds far more than the text. Rules must be plain text.",
                  "Word、WPS 等软件保存的是自己的格式，里面不只有文字。规则必须是纯文本。";
        162 Error Unreadable { reason: SystemReason }
            en "this cannot be read: {reason}",
               "see that it is there and that fanreply may read it; what no rule needs belongs elsewhere";
            zh "无法读取：{reason}",
               "请确认它存在，并且 fanreply 有权读取；规则用不到的东西请放到别处";
            means "The file or folder is there but could not be opened. Its rules would be missing, so the whole folder is refused.",
                  "文件或文件夹在那里，但打不开。缺了它的规则就不完整，所以整个文件夹都不会使用。";
        163 Error BrokenLink { target: String }
            en "this link leads to \"{target}\", where nothing is",
               "restore what it leads to, or delete the link";
            zh "这个链接指向“{target}”，但那里什么都没有",
               "请恢复它指向的文件，或者删掉这个链接";
            means "A link stands in the folder in the place of a file, and what it leads to was deleted, renamed or not mounted. Its rules would be missing.",
                  "文件夹里放的是一个链接，它指向的文件已经删除、改名或没有挂载，里面的规则就缺少了。";
        164 Error TooManyFiles { most: usize }
            en "the folder holds more than {most} files",
               "is it the right folder? put several rules into one file, and keep other things elsewhere";
            zh "文件夹里的文件超过了 {most} 个",
               "请检查文件夹是否选对了；可以把多条规则写进一个文件，其他东西放到别处";
            means "No rules folder holds that many files. Usually the setting leads to a folder with other things in it.",
                  "规则文件夹不会有这么多文件，通常是设置里指向了放着别的东西的文件夹。";
        165 Error TooLarge { megabytes: u64 }
            en "with this file the rules folder is larger than {megabytes} MB",
               "take out what no rule needs";
            zh "读到这个文件时，规则文件夹已超过 {megabytes} MB",
               "请移走规则用不到的文件";
            means "All rule files together are larger than any set of rules that people write. Usually something else was put into the folder.",
                  "所有规则文件加起来，比人能写出来的规则大得多，通常是文件夹里放了别的东西。";
        166 Error TooDeep { deepest: usize }
            en "folders lie inside one another more than {deepest} times",
               "move the rules further up; see whether a link leads round in a circle";
            zh "文件夹一层套一层，超过了 {deepest} 层",
               "请把规则往上移；也看看有没有链接绕成了圈";
            means "Folders may lie in folders, but not without end. Usually a link leads back to a folder above, and reading would never stop.",
                  "文件夹里可以有文件夹，但不能没有尽头。通常是一个链接又绕回了上层的文件夹，这样永远读不完。";
        167 Error NameNotUtf8 {}
            en "this name is not written in UTF-8 and is not read",
               "rename it; names from an old Windows archive are often in GBK";
            zh "这个名字不是 UTF-8 编码，这个文件不会被读取",
               "请重新命名；旧的 Windows 压缩包解压出来的名字常常是 GBK 编码";
            means "The name of this file cannot be shown or compared reliably on other machines. Its content may be fine.",
                  "这个文件名在别的电脑上无法正确显示和比较。文件的内容可能没有问题。";
        168 Warning Replaced {}
            en "this file is mounted singly, and outside another one took its place: changes there are no longer seen",
               "mount the folder that it lies in, instead of the file, and start the container anew";
            zh "这个文件是单独挂载进来的，外面的文件已经被另一个文件取代，之后的修改都看不到了",
               "请改为挂载它所在的整个文件夹，然后重新启动容器";
            means "A single file can be mounted into a container, and the container then sees that very file for ever. Editors and `kubectl` put a new file in its place, which the container never gets to see.",
                  "单独挂载进容器的文件，容器会一直看着原来的那一个。编辑器和 `kubectl` 保存时会换成一个新文件，容器永远看不到它。";
        169 Error NoRuleFile {}
            en "there is no rule file in this folder",
               "`fanreply init` writes a first one; rule files end in `.yaml`, and names that begin with . or _ are skipped";
            zh "这个文件夹里没有规则文件",
               "运行 `fanreply init` 可以生成第一个；规则文件以 `.yaml` 结尾，以 . 或 _ 开头的会跳过";
            means "The folder has no file that could hold rules, so nobody would be answered. If it was the wrong folder, correct the setting.",
                  "文件夹里没有可以写规则的文件，谁都不会得到回复。如果选错了文件夹，请改正设置。";
        170 Error LeadsAround {}
            en "this link leads to a folder in which the rules folder itself lies",
               "delete the link; let it lead to the one folder or file that is meant";
            zh "这个链接指向的文件夹里就放着规则文件夹",
               "请删掉这个链接，或者让它只指向需要的那个文件或文件夹";
            means "Behind such a link lies everything that is near the rules folder, up to the whole disk. It is not followed: reading it would never end, and none of it is meant as rules.",
                  "这种链接后面是规则文件夹周围的所有东西，甚至整个磁盘。程序不会跟着它走：那样永远读不完，而且里面也不是规则。";
        171 Warning LeadsFar {}
            en "this link leads far out of the rules folder; the next version will not follow it",
               "put what it leads to into the rules folder or beside it, into the folder in which the rules folder lies; or mount it there";
            zh "这个链接指向离规则文件夹很远的地方；下一个版本将不再读取",
               "请把它指向的内容放进规则文件夹，或者放在规则文件夹旁边（同一个上级文件夹里），也可以挂载到那里";
            means "A link may lead to anything inside the rules folder, and to what lies beside it, as Kubernetes and git need it. Beyond that a link reaches files that were never meant as rules, so from the next version on it is refused. What is wrong in a file outside the folder is told without its text.",
                  "链接可以指向规则文件夹里面，也可以指向它旁边，Kubernetes 和 git 需要的就是这些。再远的链接会碰到根本不是规则的文件，所以下一个版本起会拒绝。文件夹外面的文件即使有错，也不会显示其中的内容。";
    }
}
