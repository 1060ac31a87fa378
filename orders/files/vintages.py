"""The order lists of the platform by their year (FORMATS 1.2), and the forms that have none."""

from __future__ import annotations

A = """
订单编号 买家会员名 买家支付宝账号 买家应付货款 买家应付邮费 买家支付积分 总金额 返点积分 买家实际支付金额 买家实际支付积分
订单状态 买家留言 收货人姓名 收货地址 运送方式 联系电话 联系手机 订单创建时间 订单付款时间 宝贝标题 宝贝种类 物流单号 物流公司
订单备注 宝贝总数量 店铺Id 店铺名称 订单关闭原因 卖家服务费 买家服务费
""".split()
MORE_IN_B = """
发票抬头 是否手机订单 分阶段订单信息 特权订金订单id 是否上传合同照片 是否上传小票 是否代付 定金排名 修改后的sku 修改后的收货地址
异常信息 天猫卡券抵扣 集分宝抵扣 是否是O2O交易 退款金额 预约门店
""".split()
MORE_IN_C = """
新零售交易类型 新零售导购门店名称 新零售导购门店id 新零售发货门店名称 新零售发货门店id 确认收货时间 打款商家金额 含应开票给个人的个人红包
""".split()
MORE_IN_D = "支付单号 支付详情 是否信用购 体验期结束时间 前N有礼 配送类型 主订单编号".split()
MORE_IN_E = "满返红包金额 直播返现状态 返现金额 新零售成交门店昵称 新零售成交门店id 新零售成交经销商id".split()
MORE_IN_2021 = "延迟发货自动赔付金额 预售订单 发货时间 商家备忘".split()

B = A + MORE_IN_B
C = B + MORE_IN_C
D = C + MORE_IN_D
E = D + MORE_IN_E
LATER = E + MORE_IN_2021

# From the newest to the oldest; each holds the columns of the one before.
CLASSIC = {"2021": LATER, "E": E, "D": D, "C": C, "B": B, "A": A}
# Columns picked by the seller; who receives which waybill, without status or money; a row for each line, without its number.
PICKED, DISPATCH, SOLD = "F", "dispatch", "sold"
# An answer of the open platform (TOP).
OPEN_PLATFORM = "TOP"
# A sheet beside others that is no list.
UNKNOWN = "unknown"
