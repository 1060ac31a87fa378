"""What kuaidi100 sends in our words: each code its stage, plain nodes by their words, and nobody named."""

import pytest

from logistics.carriers.kuaidi100 import read_push
from logistics.carriers.masks import mask_people
from logistics.carriers.stages import FINAL, KUAIDI100, NAMES, PROBLEMS, read_stage
from logistics.models import DetectionRule
from logistics.waiting import MOVED_ON
from tests.logistics.traces import push, row

# Every code of the provider's table (FORMATS 3.3).
CODES = {
    "101": "ordered", "102": "ordered", "1": "picked_up", "103": "picked_up", "0": "transit", "1001": "transit", "1002": "transit", "1003": "transit",
    "5": "delivering", "501": "station", "3": "signed", "301": "signed", "302": "signed", "303": "signed", "304": "signed", "6": "returning",
    "4": "returned", "401": "voided", "14": "problem", "7": "transit", "2": "problem", "201": "", "202": "", "203": "problem", "204": "problem",
    "205": "", "206": "problem", "207": "problem", "208": "", "209": "problem", "210": "voided", "8": "customs", "10": "customs", "11": "customs",
    "12": "customs", "13": "customs",
}  # fmt: skip


def test_every_code_has_its_stage():
    assert KUAIDI100 == CODES
    assert set(NAMES.values()) == set(CODES)


@pytest.mark.parametrize(("name", "code"), NAMES.items())
def test_a_name_without_its_code_means_the_same(name, code):
    assert read_stage("kuaidi100", "", name, "x") == read_stage("kuaidi100", code, name, "x")


def test_every_code_that_a_rule_takes_for_trouble_is_told_by_the_parcel(db):
    """As a problem, or as where it now is: signed for, on its way back, cancelled."""
    cases = DetectionRule.objects.filter(provider="kuaidi100").exclude(outcome="fact").exclude(code__in=["abort", MOVED_ON])
    codes = set(cases.values_list("code", flat=True))
    assert set(CODES) >= PROBLEMS
    assert {code for code in codes - PROBLEMS if read_stage("kuaidi100", code, "", "")[0] not in FINAL} == set()


def test_the_same_number_of_another_provider_means_nothing_here():
    # 206 is "left the sender's station" at kdniao.
    assert read_stage("kdniao", "206", "", "快件离开寄件网点") == ("transit", "")


@pytest.mark.parametrize(
    ("text", "stage", "signed_by"),
    [
        ("待揽收", "ordered", ""),
        ("商家正通知快递公司揽件", "ordered", ""),
        ("【深圳市】 快递员 已揽收", "picked_up", ""),
        ("快件已经到达 【南京转运中心】", "transit", ""),
        ("快件清关中", "customs", ""),
        ("派件员正在派件", "delivering", ""),
        ("快件已暂存至菜鸟驿站", "station", ""),
        ("快件已由样例菜鸟驿站代收，请及时取件", "station", ""),
        ("客户签收人: 本人 已签收", "signed", "self"),
        ("客户签收人: 门卫代签 已签收", "signed", "other"),
        ("您的快递已签收, 签收人在【邻居 代收】", "signed", "other"),
        ("已签收，签收人是：家人", "signed", "other"),
        ("客户签收人: 菜鸟驿站代签 已签收", "signed", "station"),
        ("已签收，签收人凭取货码签收。", "signed", "station"),
        ("已签收", "signed", ""),
        ("快件尚未签收", "transit", ""),
        ("等待客户签收", "transit", ""),
        ("派送不成功，原因：无法联系收件人", "problem", ""),
        ("客户拒绝签收", "problem", ""),
        ("快件外包装破损，待处理", "problem", ""),
        ("快件正在退回发货人的途中", "returning", ""),
        ("退件已由寄件人签收", "returned", ""),
        ("此快件单已撤销", "voided", ""),
    ],
)
def test_a_plain_node_is_read_by_its_text(text, stage, signed_by):
    assert read_stage("kuaidi100", "", "", text) == (stage, signed_by)


@pytest.mark.parametrize("state", ["3", "303"])
def test_a_signature_that_only_the_state_tells_is_the_newest_nodes(state):
    told = read_push(push(row(0, "", "已揽收"), row(9, "", "感谢使用"), state=state, status="shutdown"))
    assert [(node.code, node.stage) for node in told.nodes] == [("", "picked_up"), (state, "signed")]


def test_a_state_that_repeats_what_a_node_says_changes_none():
    told = read_push(push(row(0, "303"), row(1, "0", "快件已由样例菜鸟驿站代收"), state="3"))
    assert [node.stage for node in told.nodes] == ["signed", "transit"]


def test_a_state_is_no_word_about_what_the_newest_node_says_itself():
    told = read_push(push(row(0, "", "待揽收"), row(1, "", "已揽收"), state="1"))
    assert [(node.code, node.stage) for node in told.nodes] == [("", "ordered"), ("", "picked_up")]


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("已收件 取件人: 样例揽收员 （19900002001）", "已收件 取件人: [姓名] ([电话])"),
        ("【深圳南山样例网点】（19900001001） 的 样例揽收员 已揽收", "【深圳南山样例网点】([电话]) 的 [姓名] 已揽收"),
        ("【样例网点】 的样例派件员（19900003001） 正在第1次派件", "【样例网点】 的[姓名]([电话]) 正在第1次派件"),
        ("派件员：王大锤（13800001234）正在派件", "派件员：[姓名]([电话])正在派件"),
        ("快件已由王小明（13900001111）派送", "快件已由[姓名]([电话])派送"),
        ("快递员张三 13900001111 正在为您派件", "快递员[姓名] [电话] 正在为您派件"),
        ("业务员 阿卜杜拉·买买提 联系电话:13900001111", "业务员 [姓名] 联系电话:[电话]"),
        ("联系派件员 张小三", "联系派件员 [姓名]"),
        ("由张三签收", "由[姓名]签收"),
        ("签收人：欧阳锋，感谢", "签收人：[姓名]，感谢"),
        ("签收人: 门卫张三代签", "签收人: 门卫[姓名]代签"),
        ("签收人是【邻居王阿姨】", "签收人是【邻居[姓名]】"),
        ("您的快件已签收，签收人张三已签收", "您的快件已签收，签收人[姓名]已签收"),
        ("已送达【门卫张大爷】", "已送达【门卫[姓名]】"),
        ("您的快件已签收，签收人：【门卫张大爷】", "您的快件已签收，签收人：【门卫[姓名]】"),
        ("本人签收 (段誉)", "本人签收 ([姓名])"),
        ("快递小哥洪七公正在为您派件", "快递小哥[姓名]正在为您派件"),
        ("【邻居李阿姨】代收", "【邻居[姓名]】代收"),
        ("保安老王签收", "保安[姓名]签收"),
        ("派送员欧阳锋，电话", "派送员[姓名]，电话"),
        ("收件人：[王小明]", "收件人：[姓名]"),
        ("收件人：[姓名]", "收件人：[姓名]"),
        ("如有疑问请电联：0571-88886666", "如有疑问请电联：[电话]"),
    ],
)
def test_people_are_taken_out(text, clear):
    assert mask_people(text) == clear
    assert mask_people(clear) == clear


@pytest.mark.parametrize(
    "text",
    [
        "客户签收人: 门卫代签 已签收 感谢使用圆通速递，期待再次为您服务",
        "您的快递已签收, 签收人在【邻居 代收】",
        "客户签收人: 菜鸟驿站代签 已签收",
        "已签收，签收人凭取货码签收。",
        "您的快件已签收，签收人：本人。感谢使用顺丰",
        "【深圳市】 快件离开 【深圳中心】 已发往 【南京市】",
        "派送不成功，原因：电话无人接听，将再次派送",
        "快件已转邮政EMS，转单号为：9800000000019，请到邮政官网查询",
        "退件已由寄件人签收",
        "商家正通知快递公司揽件",
        "派件员正在派件",
        "快件在【西安】由圆通速递派送",
        "【北京市】本人签收【京东快递】",
        "已签收(金华市)",
        "快递小哥正在派件，请您保持电话畅通",
        "门卫处代收，前台签收，物业代收",
    ],
)
def test_facts_stay(text):
    assert mask_people(text) == text
