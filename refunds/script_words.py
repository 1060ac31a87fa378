"""Scripts for what makes good: money, goods, gifts, invoices (S4.1). No refund is promised before it is approved (R1.1)."""

from casework.scripts.own_words import write

write(
    "refund",
    (
        "reason",
        "requested",
        "收到退款申请，问原因",
        "亲，您的退款申请收到了。麻烦您说说退款的原因，有照片的话一起发给我，我好尽快帮您提交审核。",
    ),
    ("asked", "asked sent_back lapsed", "已提交审核", "亲，您订单{order}的申请我已经提交主管审核，有结果马上告诉您，请您稍等。"),
    ("to-pay", "to_pay paying", "审核通过，等财务", "亲，您的申请审核通过了，金额{amount}元，财务正在办理，办好我马上告诉您。"),
    ("paid", "paid", "已退款", "亲，您订单{order}的{amount}元已经办理，请您查收。到账时间看支付渠道，没收到随时找我。"),
    (
        "postage",
        "",
        "谁出运费",
        "亲，运费是这样算的：我们或快递的原因由我们承担，您先垫付，收货后补给您；其他原因由您承担，有运费险的以运费险为准。",
    ),
)
write(
    "compensation",
    ("asked", "asked sent_back lapsed", "补偿已申请", "亲，给您带来的不便非常抱歉，我已经帮您向主管申请，有结果马上告诉您。"),
    ("to-pay", "to_pay paying", "补偿通过，等财务", "亲，您的补偿审核通过了，金额{amount}元，财务正在办理，办好我马上告诉您。"),
    ("paid", "paid", "补偿已打款", "亲，{amount}元补偿已经办理，请您查收，感谢您的理解。"),
)
write(
    "return_goods",
    (
        "how",
        "to_send not_sent",
        "怎么寄回",
        "亲，退货请寄到：{return_address}。请您别用到付或平邮，包裹里放张纸条写上旺旺名和订单号{order}，寄出后把单号发给我。",
    ),
    ("under-way", "under_way", "退货在路上", "亲，您寄回的包裹我已经看到在路上了，到仓库验收后马上告诉您结果。"),
    (
        "inspect",
        "to_inspect goods_back refunding",
        "已收到，验收中",
        "亲，您寄回的商品仓库已经收到，正在验收，验收好我马上帮您提交，谢谢您的配合。",
    ),
    (
        "different",
        "different",
        "和说的有出入",
        "亲，抱歉占用您一点时间：仓库验收时发现和您说的有些出入，我把照片发给您看看，我们一起核对一下。",
    ),
)
write(
    "exchange",
    (
        "how",
        "to_send not_sent",
        "怎么换货",
        "亲，换货请先寄到：{return_address}。请您别用到付或平邮，包裹里放上售后卡，写明换货和订单号{order}，寄出后把单号发给我。",
    ),
    ("under-way", "under_way to_inspect", "换货在路上或验收中", "亲，您寄回的商品我在跟进，验收好就给您发新的，有新单号马上告诉您。"),
    ("offer", "to_offer", "新的没货，问意愿", "亲，非常抱歉，您要换的款暂时没有货。您看换成别的款，还是帮您申请退款？您定了我马上提交。"),
    ("sent", "sent", "新货已发", "亲，您换的新商品已经安排发出，快递单号{waybill}，请您留意查收，收到有问题随时找我。"),
)
write(
    "reshipment",
    ("soon", "to_ship", "安排补发", "亲，您要补寄的商品已经交给仓库安排，发出后我把新单号告诉您。"),
    (
        "offer",
        "to_offer held",
        "补发没货或暂缓",
        "亲，抱歉让您久等，补寄的商品有点变化，我先和您确认一下：您看换成别的，还是帮您申请退款？",
    ),
    ("sent", "under_way", "补发已寄出", "亲，补寄的商品已经由{courier}寄出，单号{waybill}，请您留意查收。"),
)
write(
    "gift",
    ("asked", "asked with_lead", "顾客要赠品，先问", "亲，您的心意我明白，赠品我先帮您问一下，问到了告诉您。"),
    (
        "no",
        "not_given",
        "这次没有赠品",
        "亲，很抱歉，这次的赠品没有申请下来，感谢您的理解。之后有活动我们会在店铺首页公布，您可以关注一下。",
    ),
    ("packed", "packed to_pack", "已放进包裹", "亲，给您的小礼物已经安排，会随您的包裹一起到，请您查收。"),
)
write(
    "out_of_stock",
    (
        "sorry",
        "to_tell price_asked",
        "缺货致歉",
        "亲，非常抱歉，您订单{order}里的{goods}仓库暂时没有货。我帮您看看有没有合适的可以换，您也可以选择退款，您看怎样合适？",
    ),
    ("offered", "offered", "等顾客决定", "亲，上次给您推荐的替换款，您看合适吗？合适我马上安排发货，不合适我帮您申请退款。"),
    ("ship", "to_ship difference", "安排发货", "亲，谢谢您的耐心，您的订单{order}已经安排发货，单号出来后您就能查到物流。"),
    ("refund", "mending", "缺货退款申请", "亲，您订单{order}缺货的商品，我已经帮您提交退款申请，有结果马上告诉您，非常抱歉。"),
)
write(
    "platform_dispute",
    (
        "proof",
        "to_prove",
        "平台介入，沟通",
        "亲，平台已经介入您的订单{order}。我们想和您一起把问题解决好，您有什么想法或照片，都可以发给我。",
    ),
    ("handed-in", "handed_in", "等平台处理", "亲，您订单{order}的材料我们都交给平台了，现在等平台的结果，之后有问题随时找我。"),
)
write(
    "invoice",
    (
        "data",
        "requested incomplete",
        "要开票资料",
        "亲，开发票请您发给我：抬头，单位还要税号；专票再加地址、电话、开户行和账号。个人发票写姓名就可以，身份证号请您别发。",
    ),
    ("issuing", "to_issue", "正在开票", "亲，您的开票资料齐了，财务正在开具，开好我马上发给您。"),
    ("issued", "issued", "发票已开", "亲，您订单{order}的发票已经开好，请您查收，信息有误请及时告诉我。"),
)
write(
    "trouble_in_use",
    (
        "ask",
        "to_ask ruling_out",
        "问使用情况",
        "亲，别着急，我陪您一起看看。请问是什么时候、怎么操作的时候出现的？方便的话拍段视频或照片发给我。",
    ),
    ("try", "trying", "请顾客试试", "亲，麻烦您按刚才说的步骤试一下，试完告诉我结果，还是有问题我们接着查。"),
    (
        "explain",
        "to_explain",
        "讲解用法",
        "亲，这个是使用方法的问题，我一步一步给您说，您照着做，有哪一步没看明白随时问我，之后有问题也可以再来找我。",
    ),
    (
        "quality",
        "to_settle mending",
        "质量问题，问意愿",
        "亲，经核实是商品的质量问题，非常抱歉。您希望退货、换货，还是留下来帮您申请补偿？您定了我马上提交。",
    ),
)
write(
    "courier_claim",
    ("customer", "", "顾客问理赔进度", "亲，向{courier}索赔由我们来办，您这边的处理会照常进行，请您放心。"),
)
write(
    "shipped_after_refund",
    (
        "recall",
        "found recalled",
        "退款后又发出，请顾客拒收",
        "亲，您订单{order}的退款已经办理，但包裹{waybill}误发出来了，抱歉给您添麻烦。收到时请您拒收，由快递带回就好。",
    ),
)
