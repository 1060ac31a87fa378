"""The surnames that most people bear, as a pattern: what begins with one may be a name, what does not is taken for none."""

from __future__ import annotations

_DOUBLE = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 夏侯 端木 南宫 独孤".split()
_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅"
    "邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤康易乔赖殷施洪翁荆鲁葛俞柴聂焦齐庞樊殷涂欧游阮耿鲍左欧岳裴骆费项祝柯"
)
# These begin common words as well: 方便, 于今日, 安全, 成功, 常用, 包裹.
_WITH_CARE = r"方(?![便式可向])|于(?![今明昨当本您该指月日])|安(?![全排])|成(?![功为])|常(?![用见规])|包(?![裹装含])|白(?!色)|文(?!件)|温(?!馨)|牛(?!奶)"
SURNAME = rf"(?:{'|'.join(_DOUBLE)}|[{''.join(dict.fromkeys(_SINGLE))}]|{_WITH_CARE})"
