"""The rules of S4.2 as every shop begins with them. A lead edits them; off are those that the documents disagree about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.models import Check, ReplyRule, Severity, Standing

BLOCK, WARN, OFF = Severity.BLOCK, Severity.WARN, Standing.OFF


@dataclass(frozen=True)
class Written:
    """A rule as it is put into an empty table."""

    code: str
    check_for: Check
    severity: Severity
    message: str
    better: str
    words_in: str = ""
    unless: str = ""
    least: int | None = None
    standing: Standing = Standing.ON

    def row(self, at: dt.datetime) -> ReplyRule:
        """It as the first version for all shops."""
        words = {name: getattr(self, name) for name in ("check_for", "severity", "message", "better", "words_in", "unless", "least")}
        position = 10 * (WRITTEN.index(self) + 1)
        return ReplyRule(code=self.code, number=1, changed_at=at, standing=self.standing, position=position, **words)


def lines(words: str) -> str:
    """Words separated by blanks, one a line."""
    return "\n".join(words.split())


WRITTEN = (
    Written("shortest", Check.SHORTEST, BLOCK, "太短了，至少三个字。", "把话说完整，例如：好的，我马上帮您查。", least=3),
    Written(
        "bare", Check.WHOLE, BLOCK, "只回“哦”“嗯”显得敷衍。", "例如：好的亲，我明白您的意思了。", lines("哦 嗯 噢 喔 恩 额 呃 嗯哦 嗯嗯哦")
    ),
    Written(
        "money",
        Check.MONEY,
        BLOCK,
        "说的钱在这张单上还没有批准。",
        "先提交主管审核，批准后照批准的金额说；可以说：我帮您申请，有结果马上告诉您。",
        lines(
            "退您*#元 退您*#块 退您# 补您*#块 退给您 退款给您 给您退 帮您退款 为您退款 全额退您 全额退给 全款退 给您全额 给您全退 "
            "给您*退款 帮您*退款 为您*退款 退款#元 退款#块 退款金额#元 退#元 退#块 退您运费 退您差价 退您钱 赔您 赔给您 给您赔 赔偿您 赔#元 "
            "赔偿#元 补偿您 补偿给您 给您补偿 补偿#元 补您*#元 给您补*#元 返您 返现 给您返 转您*#元 给您打款 打款给您 打款#元 退*#元给您 "
            "给您#元 给您#块 给您转*#元 给您发红包 给您个红包 发您红包"
        ),
        lines(
            "申请 提交 提审 等审核 审核后 审核好 审核通过后 审批后 审批通过后 如果 是否 能否 能不能 可不可以 是不是 会不会 有没有 不能 无法 "
            "可以选 您看*还是 您希望 您选 您问 您说的 您提 您要求 您要退 您想 您是想 什么时候 何时 多久 怎么给 怎样给 如何 运费险 保险 "
            "查一下 查询 帮您查 给您查 为您查 看看 看一下 核实 核对 催 跟进 问一下 问问 说明 解释 讲 平台会 系统会 "
            "退款流程 退款进度 退款时间 退款规则 退款方式 退款入口 退款按钮 退款原因 的退款*审核 退货 差价已经退给您 货到后我们退您一半"
        ),
    ),
    Written(
        "gift",
        Check.GIFT,
        BLOCK,
        "说的赠品在这张单上还没有谈定。",
        "客服不主动送赠品；顾客提出来，先问主管，可以说：我先帮您问一下。",
        lines("送您一 送您个 送您*赠 送您*礼 送给您*礼 赠送您 赠送给您 给您送*礼 给您*赠品 免费送"),
        lines("申请 审核 如果 是否 约定 问一下 能不能 可不可以 您问 您说的 您提 您要求 您希望 您想 下次*可以吗 还是送您一份赠品"),
    ),
    Written(
        "counter-question",
        Check.HAS,
        BLOCK,
        "反问会让顾客更生气。",
        "例如：亲，您希望怎样处理呢？我帮您申请。",
        lines(
            "你想怎样 您想怎样 你想怎么样 您想怎么样 你要怎样 您要怎样 你要怎么样 您到底想 你到底想 到底要怎 "
            "不然呢 不然你想 那你想 那又怎样 那又怎么样 你说怎么办"
        ),
    ),
    Written(
        "reproach",
        Check.HAS,
        BLOCK,
        "不责怪顾客。",
        "例如：亲，我再跟您说一遍，您看这样清楚吗？",
        lines(
            "不是告诉你 不是告诉您 不是跟你说 不是跟您说 不是和你说 不是和您说 说过了吗 说过了么 跟你说过 跟您说过 "
            "你没看 您没看 自己不看 你自己看 你怎么不 您怎么不 都说了"
        ),
    ),
    Written(
        "passing-on",
        Check.HAS,
        BLOCK,
        "不推给别人。",
        "例如：亲，我来帮您联系负责的同事，问到告诉您。",
        lines(
            "不关我的事 不关我事 与我无关 跟我无关 和我无关 不归我管 不是我的问题 不是我负责 不是我们负责 "
            "不关我们的事 和我们无关 跟我们无关 你自己找 您自己找 自己联系快递 你去找 您去找"
        ),
    ),
    Written(
        "guessing",
        Check.HAS,
        WARN,
        "不猜：查清楚再说。",
        "例如：亲，我马上帮您核实，核实好告诉您。",
        lines(
            "应该是吧 应该吧 应该是*吧 可能吧 可能是吧 大概吧 大概是吧 好像是吧 我也不知道 我不知道 不清楚 "
            "不太清楚 不晓得 我猜 说不准 谁知道"
        ),
    ),
    Written(
        "refusal",
        Check.HAS_WITHOUT,
        WARN,
        "直接拒绝显得生硬。",
        "先致歉，再说能做什么，例如：非常抱歉，这个暂时做不到，我可以帮您……",
        lines(
            "不能给您 不能为您 不能退 不能换 不能补 不能赔 不能改 不能处理 不可以 不行 不支持 不给 没办法 没法 "
            "无法给您 无法为您 无法退 无法换 无法补 无法赔 无法改 无法处理 无法办理 办不了 做不了 退不了 换不了 改不了 没有货"
        ),
        lines("抱歉 对不起 歉意 遗憾 sorry 能不能 可不可以 行不行"),
    ),
    Written("ending", Check.ENDING, WARN, "不用“啊”“啦”结尾。", "换成句号，或说：好的，请您放心。", lines("啊 啦")),
    Written("address", Check.LACKS, WARN, "没有称呼：用“您”“亲”或“宝”。", "例如：亲，您好……", lines("您 亲 宝 you dear")),
    Written("repeats", Check.REPEATS, WARN, "同样的话已经给这位顾客发过了。", "换一种说法，并说出有什么新进展。"),
    Written("last-word", Check.LAST_WORD, WARN, "顾客说了最后一句：由客服收尾。", "例如：感谢您的理解，有问题随时找我。"),
    Written("every-no", Check.HAS, WARN, "尽量不说“不”。", "换成能做到的说法。", "不", standing=OFF),
    Written("excuse-me", Check.HAS, WARN, "“不好意思”显得随便。", "换成“非常抱歉”。", "不好意思", standing=OFF),
    Written("soft-ending", Check.ENDING, WARN, "不用“吗”“吧”“哦”“呀”结尾。", "换成陈述句。", lines("吗 吧 哦 呀"), standing=OFF),
)
