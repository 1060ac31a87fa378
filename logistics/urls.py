"""Addresses of logistics."""

from django.urls import URLPattern, URLResolver, include, path

from logistics.views import address, board, columns, complaints, goods_named, inquiries, outage, parcel, parcels, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("parcels/", parcels.parcels, name="parcels"),
    path("parcels/new/", parcels.new_parcel, name="new_parcel"),
    path("parcels/<int:parcel_id>/", parcel.parcel, name="parcel"),
    path("parcels/<int:parcel_id>/ask/", parcel.ask, name="parcel_ask"),
    path("parcels/<int:parcel_id>/weigh/", parcel.weigh_parcel, name="parcel_weigh"),
    path("parcels/<int:parcel_id>/courier/", parcel.correct, name="parcel_courier"),
    path("parcels/<int:parcel_id>/back/", parcel.back, name="parcel_back"),
    path("imports/columns/<str:shop_code>/", columns.shipping_columns, name="shipping_columns"),
    path("cases/<int:case_id>/goods/", goods_named.goods_named, name="goods_named"),
    path("cases/<int:case_id>/inquiries/", inquiries.inquiry, name="case_inquiry"),
    path("cases/<int:case_id>/address/", address.address, name="address"),
    path("cases/<int:case_id>/intercept/", address.intercept, name="address-intercept"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/export.xlsx", complaints.export, name="complaints-export"),
    path("outages/", outage.outages, name="outages"),
    path("outages/<int:case_id>/", outage.outage, name="outage"),
    path("stalled/", board.board, name="stalled"),
    path("stalled/run/", board.run, name="stalled-run"),
    path("stalled/runs/", board.runs, name="stalled-runs"),
    path("api/v1/", include("logistics.api.urls")),
    path("webhooks/kuaidi100/<str:shop_code>/", webhooks.kuaidi100, name="kuaidi100_push"),
    # Without the last slash too: a redirect would lose the push.
    path("webhooks/kuaidi100/<str:shop_code>", webhooks.kuaidi100),
]
