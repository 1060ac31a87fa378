"""The columns that are read from each kind of list, under every name they have had (FORMATS 1.2, 1.3, 1.6).

Names are compared folded (orders.files.headers.fold): case, blanks and the width of brackets do not matter.
"""

from __future__ import annotations

ORDERS, ITEMS, REFUNDS = "orders", "items", "refunds"

ORDER_COLUMNS = {
    "number": ["订单编号"],
    "nick": ["买家会员名", "买家会员名称", "买家昵称"],
    "payment_number": ["支付单号"],
    "goods": ["买家应付货款"],
    "freight": ["买家应付邮费"],
    "total": ["总金额"],
    "paid": ["买家实际支付金额", "买家实付金额"],
    "status": ["订单状态"],
    "message": ["买家留言"],
    "name": ["收货人姓名"],
    "address": ["收货地址"],
    "changed_address": ["修改后的收货地址"],
    "landline": ["联系电话"],
    "phone": ["联系手机"],
    "ordered_at": ["订单创建时间"],
    "paid_at": ["订单付款时间"],
    "shipped_at": ["发货时间"],
    "ship_by": ["应发货时间"],
    "finished_at": ["确认收货时间"],
    "auto_confirm_at": ["自动确认收货时间"],
    "waybills": ["物流单号"],
    "courier": ["物流公司"],
    "memo": ["订单备注", "商家备注"],
    # The model of 2021 has both this and 订单备注.
    "other_memo": ["商家备忘"],
    "flag": ["备注标签", "备注旗帜"],
    "close_reason": ["订单关闭原因"],
    "invoice": ["发票抬头", "开票信息"],
    "insured": ["运费险", "是否运费险", "退货运费险"],
    "refund": ["退款金额"],
}

ITEM_COLUMNS = {
    "line": ["子订单编号"],
    "number": ["主订单编号", "订单编号"],
    "title": ["标题", "商品标题", "宝贝标题"],
    "price": ["价格", "商品价格"],
    "quantity": ["购买数量"],
    "outer_code": ["外部系统编号"],
    "sku": ["商品属性"],
    "status": ["订单状态"],
    "merchant_code": ["商家编码"],
    "due": ["买家应付货款"],
    "paid": ["买家实际支付金额", "买家实付金额"],
    "refund_status": ["退款状态"],
    "refund": ["退款金额"],
    "ordered_at": ["订单创建时间"],
    "paid_at": ["订单付款时间"],
    "shipped_at": ["发货时间"],
    "ship_by": ["应发货时间"],
    "waybills": ["物流单号"],
    "courier": ["物流公司"],
    "cost": ["成本价", "商品成本", "单件成本", "item cost"],
    "made_to_order": ["是否定制", "定制商品", "made to order"],
}

REFUND_COLUMNS = {
    "refund": ["退款编号"],
    "number": ["订单编号"],
    "nick": ["买家会员名称", "买家会员名"],
    "paid_at": ["订单付款时间"],
    "closed_at": ["退款完结时间"],
    "finished_at": ["完结时间"],
    "paid": ["买家实际支付金额", "买家实付金额"],
    "title": ["宝贝标题", "商品标题"],
    "amount": ["买家退款金额"],
    "forced": ["手工退款/系统退款"],
    "return_wanted": ["是否需要退货", "售后类型"],
    "requested_at": ["退款的申请时间"],
    "deadline_at": ["超时时间"],
    "status": ["退款状态"],
    "return_waybill": ["退货物流单号"],
    "reason": ["买家退款原因"],
    "phase": ["售中或售后"],
    "evidence_at": ["举证超时"],
    "intervention": ["客服介入状态"],
    "party": ["责任方"],
    # Of the open platform's answers (orders/files/top_json.py).
    "line": ["子订单编号"],
    "version": ["refund_version"],
    "modified_at": ["modified"],
}

COLUMNS = {ORDERS: ORDER_COLUMNS, ITEMS: ITEM_COLUMNS, REFUNDS: REFUND_COLUMNS}

# Without these a list cannot be taken. The item list of 2016-19 has no sub-order number and no paid amount.
NEEDED = {
    ORDERS: ("number", "status", "paid"),
    ITEMS: ("number", "title", "price", "quantity", "status"),
    REFUNDS: ("refund", "number", "amount", "status"),
}

# Who receives it: in a list that lacks status or money these make it a dispatch list.
RECEIVER = ("name", "phone")
# What of the goods a row names: rows of one order that differ in it are its lines.
GOODS = ["宝贝标题", "商品标题", "标题", "商品属性", "商品属性SKU", "商家编码", "外部系统编号", "商品ID"]
# Of a list with a row for each line, what the row cannot tell of the line, and what it cannot tell of the order.
NOT_OF_THE_LINE, NOT_OF_THE_ORDER = ("paid", "due", "refund"), ("refund",)
MONEY = ("goods", "freight", "total", "paid", "refund")
