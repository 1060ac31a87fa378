"""Addresses of the API of logistics, below /api/v1/."""

from django.urls import path

from logistics.api import complaints, inquiries, nightly_runs, outages, parcels

urlpatterns = [
    path("cases/<int:case_id>/inquiries/", inquiries.Inquiries.as_view(), name="api-inquiries"),
    path("cases/<int:case_id>/leave-outage/", outages.LeaveOutage.as_view(), name="api-leave-outage"),
    path("complaints/", complaints.Complaints.as_view(), name="api-complaints"),
    path("nightly-runs/", nightly_runs.NightlyRuns.as_view(), name="api-nightly-runs"),
    path("outages/", outages.Outages.as_view(), name="api-outages"),
    path("outages/<int:case_id>/answers/", outages.TogetherAnswers.as_view(), name="api-outage-answers"),
    path("outages/<int:case_id>/steps/", outages.TogetherSteps.as_view(), name="api-outage-steps"),
    path("parcels/", parcels.Parcels.as_view(), name="api-parcels"),
    path("parcels/<int:parcel_id>/back/", parcels.Back.as_view(), name="api-parcel-back"),
    path("parcels/<int:parcel_id>/events/", parcels.Events.as_view(), name="api-parcel-events"),
    path("parcels/<int:parcel_id>/weights/", parcels.Weights.as_view(), name="api-parcel-weights"),
]
