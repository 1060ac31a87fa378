"""Scripts for parcels that give trouble (S4.1): in our own words, one list a kind."""

from casework.scripts.own_words import write

write(
    "stalled",
    (
        "check",
        "to_check",
        "物流没更新，先查",
        "亲，您的快递{waybill}（{courier}）最近一条记录是{last_news_at}：{last_news}。我马上向快递核实，24小时内给您答复。",
    ),
    ("urged", "urged", "已催快递", "亲，您的快递{waybill}我已经催{courier}尽快中转，有新的进展马上告诉您，请您再等等。"),
    ("normal", "watched", "还在正常时间内", "亲，您的快递{waybill}还在路上，目前在正常时间内。我会一直帮您盯着，有异常马上联系您。"),
    ("moves", "moves_again said_moving", "又动了", "亲，好消息，您的快递{waybill}又开始走了，最新：{last_news}。我会跟到您签收为止。"),
    (
        "lost",
        "lost to_mend",
        "确认丢件，问意愿",
        "亲，非常抱歉，经{courier}确认，您的快递{waybill}遗失了。您希望我们重新给您寄一份，还是帮您申请退款？您定了我马上提交。",
    ),
    ("remote", "", "偏远地区解释", "亲，您的地址在偏远地区，{courier}送到的时间会比一般地区长几天。快递{waybill}我帮您盯着，请您放心。"),
)
write(
    "no_record",
    (
        "usual",
        "to_check to_ask asked",
        "单号查不到的常见原因",
        "亲，您的快递{waybill}暂时查不到记录，多半是刚打单还没揽收，或{courier}的数据晚到。我正在核实，查到马上告诉您。",
    ),
    (
        "warehouse",
        "at_warehouse at_print",
        "正在问仓库",
        "亲，您的单号{waybill}我已经请仓库和打单同事核对，看看有没有换过快递，有结果马上告诉您。",
    ),
    (
        "shipped",
        "shipped",
        "现在发出",
        "亲，让您久等了，您的包裹{waybill}由{courier}发出，物流记录出来后您就能查到，我也会帮您盯着。",
    ),
    (
        "lost",
        "lost to_mend",
        "没有发出或丢失，问意愿",
        "亲，非常抱歉，您的包裹{waybill}没能送到您手上。您希望我们重新给您寄，还是帮您申请退款？您定了我马上提交。",
    ),
)
write(
    "signed_not_received",
    (
        "where",
        "to_tell to_check looking",
        "显示签收，请顾客先找找",
        "亲，您的快递{waybill}显示{signed_at}已签收。麻烦您问问家人、同事、门卫、物业，或看看快递柜、驿站、邻居那里，找到了告诉我一声。",
    ),
    (
        "home-or-work",
        "to_check",
        "问地址类型",
        "亲，请问您的收件地址是家里还是单位呢？平时快递一般放在哪里？我好让{courier}按您说的地方去核实。",
    ),
    ("inquired", "inquired", "已问快递谁签收", "亲，我已经向{courier}核实快递{waybill}是谁签收的，查到签收人马上告诉您。"),
    (
        "traced",
        "traced to_decide at_lead",
        "快递在找",
        "亲，{courier}正在为您找快递{waybill}，我会一直催，结果出来第一时间告诉您，给您添麻烦了。",
    ),
    (
        "take-original",
        "to_offer fetched",
        "送错了，问还要不要原件",
        "亲，经{courier}核实，您的快递{waybill}送错了地方，正在取回。取回后再送给您可以吗？您方便收货的时间告诉我一下。",
    ),
    (
        "lost",
        "not_found to_mend",
        "找不到，问意愿",
        "亲，非常抱歉，您的快递{waybill}没有找到。您希望我们重新寄一份，还是帮您申请退款？您定了我马上提交。",
    ),
    (
        "own-address",
        "getting_back tell_loss",
        "地址写错，追回的情况",
        "{chapter}我们理解您的着急，有什么情况请随时告诉我。",
    ),
)
write(
    "doubtful",
    ("asked", "to_ask asked", "疑难件，正在问", "亲，您的快递{waybill}卡在了路上，我正在向{courier}核实原因，问清楚马上告诉您。"),
    (
        "correct",
        "to_settle",
        "请顾客确认电话地址",
        "亲，快递{waybill}因为联系方式或地址需要补充，暂时没有派送，抱歉耽误您。麻烦您把收件人、电话、详细地址发给我，我马上让{courier}重新派送。",
    ),
    ("again", "redelivery moves_again", "重新派送", "亲，您的快递{waybill}，{courier}已经安排重新派送，请您留意电话，我会跟到您签收。"),
    (
        "lost",
        "lost to_mend",
        "确认丢失，问意愿",
        "亲，非常抱歉，您的快递{waybill}在路上出了问题，送不到您手上了。您希望重新寄，还是帮您申请退款？您定了我马上提交。",
    ),
)
write(
    "unreachable",
    (
        "contact",
        "to_contact trying",
        "快递联系不上顾客",
        "亲，{courier}联系不上您，快递{waybill}暂时没法派送，抱歉打扰。请您在{answer_by}前回复我，并核对收件人、电话和地址，逾期快递会把包裹退回。",
    ),
    ("short", "to_contact trying", "简短提醒", "亲，您的快递{waybill}等您确认收件信息，请您看到后回复我一声，我好安排派送。"),
    ("answered", "answered", "顾客已回复", "亲，收到您的回复，我已经转告{courier}尽快派送快递{waybill}，请您保持电话畅通。"),
    (
        "returning",
        "returning",
        "正在退回",
        "{chapter}您还需要的话请告诉我，我帮您看看怎样重新寄出。",
    ),
)
write(
    "missing_items",
    (
        "which",
        "to_ask",
        "问少了哪件",
        "亲，非常抱歉让您没收全。请问少的是哪一件？小配件常常放在大件的包装里，麻烦您再翻翻箱子和填充物，看看是不是漏看了。",
    ),
    (
        "photos",
        "wait_photos photos_partly no_photos",
        "请顾客拍照",
        "亲，为了马上帮您核实，请您拍：全部商品摆在一起、外箱带尺寸参照、面单上的单号和重量。发给我就可以。",
    ),
    (
        "checking",
        "check_lines check_weight base_slip check_packing to_decide photos_here",
        "正在核对",
        "亲，您订单{order}少件的情况，我正在核对订单、重量和打包记录，有结果马上告诉您。",
    ),
    (
        "next",
        "offer_next",
        "随下一单补发",
        "亲，核实确实少发了，非常抱歉。您近期还会下单的话，我把少的放进您的下一单一起发，可以吗？",
    ),
    ("promised", "promised", "说好随下一单", "亲，少的商品按说好的随您的下一单一起发，我已经记下。您下单后告诉我一声，我马上安排。"),
    ("now", "offer_now", "单独补发", "亲，核实确实少发了，非常抱歉。少的我们单独给您补寄，麻烦您确认收件地址有没有变化。"),
    (
        "explain",
        "to_explain",
        "核实没有少发，解释",
        "亲，很抱歉让您费心。我们核对了订单、重量、照片和打包记录，暂时没有发现少发。您如果还有别的照片，请发给我，我再请主管复核。",
    ),
    ("disputed", "disputed", "顾客不认可，请主管复核", "亲，您的意见我已经请主管复核，有结果马上告诉您。您还有别的照片，随时发给我。"),
)
write(
    "wrong_items",
    ("which", "to_ask", "问收到的是什么", "亲，非常抱歉发错了。麻烦您把收到的商品和面单拍张照片发给我，再说说您订的是哪一款，我马上核实。"),
    (
        "photos",
        "wait_photos photos_partly no_photos",
        "请顾客拍照",
        "亲，请您拍一下收到商品的正面、标签和面单，照片清楚一些，我好尽快为您核实。",
    ),
    (
        "keep",
        "offer_keep",
        "问愿不愿留下",
        "亲，核实是我们发错了，非常抱歉。您收到的这款如果也合用，留下的话我帮您向主管申请优惠，您看可以吗？",
    ),
    (
        "return",
        "offer_return",
        "寄回换对的",
        "亲，核实是我们发错了，非常抱歉。麻烦您先寄回，运费您先垫付，收到后我们补给您，正确的商品随后给您发出。",
    ),
    (
        "explain",
        "to_explain",
        "核实没有发错，解释",
        "亲，很抱歉让您费心。我们核对后，发出的和您订单{order}上的是一样的。您如果觉得有出入，请把标签照片发给我，我再请主管复核。",
    ),
    ("disputed", "disputed", "顾客不认可，请主管复核", "亲，您的意见我已经请主管复核，有结果马上告诉您。您还有别的照片，随时发给我。"),
)
write(
    "damaged",
    (
        "photos",
        "to_ask wait_photos photos_partly no_photos",
        "请拍两张照片",
        "亲，商品破损真的很抱歉。请您先别使用，拍两张清楚的照片：破损的地方、快递面单，发给我马上为您核实。",
    ),
    ("received", "photos_here to_judge", "照片收到", "亲，照片收到了，谢谢您。我马上按破损程度帮您申请处理办法，有结果第一时间告诉您。"),
    (
        "slight",
        "offer_money",
        "轻微破损，问意愿",
        "亲，给您带来的困扰非常抱歉。如果破损不影响使用，我可以帮您向主管申请一部分补偿，您愿意留下吗？",
    ),
    (
        "exchange",
        "to_return to_exchange",
        "退换，运费怎么算",
        "亲，非常抱歉。这件可以退换，麻烦您先寄回，寄回运费您先垫付，收到后我们补给您。",
    ),
    (
        "resend",
        "to_resend",
        "严重破损，重发",
        "亲，看到照片了，破损比较严重，非常抱歉。这件您留着处理就好，我马上帮您申请重新发一件。",
    ),
    (
        "explain",
        "to_explain",
        "暂未确认，解释",
        "亲，很抱歉让您费心。从现有照片暂时看不出运输或出厂造成的破损。您如果还有签收时的照片，请发给我，我再请主管复核。",
    ),
    ("disputed", "disputed", "顾客不认可，请主管复核", "亲，您的意见我已经请主管复核，有结果马上告诉您。您还有别的照片，随时发给我。"),
)
write(
    "refused_at_door",
    (
        "refuse",
        "to_ask asked",
        "请顾客拒收",
        "亲，发现外包装破损或者东西不对，请您当场拒收，让快递员带回就好。我们收到后重新给您发完整的。",
    ),
    ("returning", "returning", "退回途中", "亲，您拒收的快递{waybill}正在退回，一到仓库我们马上处理，我会告诉您结果。"),
    (
        "back",
        "here",
        "拒收后，问意愿",
        "亲，您拒收的包裹我们正在处理。您希望我们重新发一份完整的，还是帮您申请退款？您定了我马上提交。",
    ),
    ("signed", "signed", "最后还是签收了", "亲，看到快递{waybill}已经签收了。麻烦您打开看看，有问题拍照发给我，我马上为您处理。"),
)
write(
    "out_of_area",
    (
        "insisted",
        "to_explain",
        "指定的快递不到，请自提",
        "亲，您下单时指定了{courier}，很抱歉它暂时送不到您的地址，需要您到附近网点自提，网点地址和电话我问到后发给您。",
    ),
    (
        "collect",
        "to_offer collecting not_collected",
        "问愿不愿自提",
        "亲，{courier}送不到您的门口，抱歉给您添麻烦了。快递{waybill}在附近网点，您方便去取吗？不方便的话我帮您看看换一家快递。",
    ),
    ("other", "to_hand_over", "换快递", "亲，您的地址我们换一家能送到的快递，新单号出来后马上发给您，让您多等了，抱歉。"),
    (
        "consent",
        "to_consent",
        "问可否退回重寄",
        "{chapter}给您添麻烦了，非常抱歉，您定了我马上安排。",
    ),
)
write(
    "address_change",
    (
        "note",
        "to_note",
        "记下新地址",
        "亲，请您把新的收件人、电话和详细地址一起发给我。能不能改要看订单现在到了哪一步，我马上去问，问到告诉您。",
    ),
    ("asking", "at_print to_edit", "正在改，先核对", "亲，您要改的地址我记下了，正在和打单、仓库的同事确认，改好了告诉您。"),
    (
        "courier",
        "at_courier",
        "已发出，问快递",
        "亲，您的包裹{waybill}已经发出，我已经请{courier}帮忙改地址，要等它确认，有结果马上告诉您。",
    ),
    ("reorder", "to_reorder", "未付款，重新拍", "亲，您的订单{order}还没有付款，麻烦您用新地址重新拍一次，这一单由我们关闭，这样最稳妥。"),
    ("result", "to_tell", "改的结果", "亲，您要改地址的订单{order}有结果了：{chapter}"),
)
write(
    "intercept",
    ("asked", "asked", "已请快递拦截", "亲，我已经请{courier}拦截快递{waybill}，能不能拦下要等它确认，有结果马上告诉您。"),
    (
        "accepted",
        "accepted",
        "快递在办",
        "亲，{courier}已经在处理快递{waybill}，我会跟到最后，请您先别签收，有电话也告诉我一声。",
    ),
    ("refused", "refused", "拦不下来", "亲，很抱歉，{courier}说快递{waybill}已经拦不下来了。您收到后如果还想退，我可以帮您走退货。"),
)
write(
    "returned_to_sender",
    (
        "why",
        "to_tell",
        "告诉为什么退回",
        "{chapter}抱歉没能把包裹送到您手上，您有什么想法随时告诉我。",
    ),
    (
        "choose",
        "offered",
        "等顾客选择",
        "亲，快递{waybill}退回后怎么处理，等您定一下：重新寄、退款，或和新订单一起发，运费照之前和您说的算。您回复我，我马上安排。",
    ),
    ("here", "awaited to_mend with_order", "按约定处理", "亲，您的包裹我们按和您说好的办法处理，有新的单号马上发给您。"),
    ("lost", "lost", "退回路上丢了", "亲，非常抱歉，快递{waybill}在退回的路上出了问题。您希望重新寄，还是帮您申请退款？您定了我马上提交。"),
)
write(
    "confiscated",
    (
        "asking",
        "to_ask asked at_lead",
        "安检没收，正在问",
        "亲，您的快递{waybill}在安检时被扣下了，非常抱歉。我正在向{courier}核实原因，问清楚马上告诉您。",
    ),
    (
        "offer",
        "to_explain to_mend",
        "解释并问意愿",
        "亲，快递{waybill}里的商品没能通过安检，抱歉给您添麻烦了。您希望帮您申请退款，还是换成别的商品？您定了我马上提交。",
    ),
)
write(
    "outage",
    (
        "all",
        "to_tell followed",
        "大面积延误，统一告知",
        "亲，快递在您所在地区暂时延误，您的包裹会晚一些到，非常抱歉。我们每天都在跟进，有变化马上告诉您。",
    ),
)
write(
    "logistics_complaint",
    (
        "calm",
        "working",
        "先安抚并核对",
        "亲，快递的问题给您添麻烦了，非常抱歉。我已经记下，先帮您核对收件地址和电话，再向{courier}核实，24小时内给您答复。",
    ),
    ("looking", "looking", "还在查", "亲，您投诉的快递问题还在核实，暂时没有最后的结果，我先跟您说一声，一有消息马上告诉您。"),
)
write(
    "complaint",
    (
        "heard",
        "to_settle with_lead",
        "收到投诉",
        "亲，您的意见我都记下了，给您带来不好的体验真的抱歉。我先把原因弄清楚，24小时内给您答复。",
    ),
    (
        "answer",
        "to_answer to_mend mending",
        "答复投诉",
        "亲，您反映的问题我们已经核实，非常抱歉。处理办法我这就和您说，您有任何想法都可以告诉我。",
    ),
    ("record", "to_record", "感谢反馈", "亲，谢谢您的反馈，我们已经转给相关部门改进。之后有问题随时找我，祝您生活愉快！"),
)
write(
    "review",
    (
        "ask",
        "to_contact",
        "问中差评原因",
        "亲，看到您的评价，没让您满意真的抱歉。方便说说是哪里不好吗？我按情况给您处理，和评价没有关系，请您放心说。",
    ),
    ("again", "to_ask wait_change", "再问一次", "亲，您之前反映的问题，现在解决得您还满意吗？评价怎么写由您决定，我们只想把问题处理好。"),
)
