"""Addresses of the API of cases, below /api/v1/."""

from django.urls import path

from casework.api import aside, cases, deeds, intake, links, replies, session, tasks

urlpatterns = [
    path("cases/", cases.Cases.as_view(), name="api-cases"),
    path("cases/several/", intake.SeveralCases.as_view(), name="api-several-cases"),
    path("intake/", intake.Intake.as_view(), name="api-intake"),
    path("orders/<int:order_id>/notes/", intake.OrderNotes.as_view(), name="api-order-notes"),
    path("cases/next/", deeds.TakeNext.as_view(), name="api-next"),
    path("cases/<int:case_id>/", cases.OneCase.as_view(), name="api-case"),
    path("cases/<int:case_id>/steps/<slug:step>/", deeds.TakeStep.as_view(), name="api-step"),
    path("cases/<int:case_id>/contacts/", deeds.Contacts.as_view(), name="api-contacts"),
    path("cases/<int:case_id>/scripts/", replies.Scripts.as_view(), name="api-scripts"),
    path("cases/<int:case_id>/reply-check/", replies.ReplyCheck.as_view(), name="api-reply-check"),
    path("cases/<int:case_id>/promises/", replies.Promises.as_view(), name="api-promises"),
    path("cases/<int:case_id>/promises/<int:promise_id>/end/", replies.PromiseEnd.as_view(), name="api-promise-end"),
    path("cases/<int:case_id>/promises/<int:promise_id>/back/", replies.PromiseBack.as_view(), name="api-promise-back"),
    path("scripts/<slug:code>/versions/", replies.ScriptVersions.as_view(), name="api-script-versions"),
    path("cases/<int:case_id>/evidence/", deeds.Pictures.as_view(), name="api-evidence"),
    path("cases/<int:case_id>/tasks/<int:task_id>/done/", deeds.TaskDone.as_view(), name="api-task-done"),
    path("cases/<int:case_id>/tasks/<int:task_id>/answer/", deeds.TaskAnswered.as_view(), name="api-task-answer"),
    path("step-up/", session.StepUp.as_view(), name="api-step-up"),
    path("tasks/", tasks.Tasks.as_view(), name="api-tasks"),
    path("cases/<int:case_id>/timeline/", cases.Timeline.as_view(), name="api-timeline"),
    path("cases/<int:case_id>/upload-links/", links.UploadLinks.as_view(), name="api-upload-links"),
    path("cases/<int:case_id>/upload-links/<int:link_id>/", links.OneUploadLink.as_view(), name="api-upload-link"),
    path("cases/<int:case_id>/below/", deeds.Below.as_view(), name="api-below"),
    path("cases/<int:case_id>/step-back/", deeds.StepBack.as_view(), name="api-step-back"),
    path("cases/<int:case_id>/reopen/", deeds.Reopen.as_view(), name="api-reopen"),
    path("cases/<int:case_id>/seen/", deeds.Seen.as_view(), name="api-seen"),
    path("cases/<int:case_id>/snooze/", aside.Snooze.as_view(), name="api-snooze"),
    path("cases/<int:case_id>/watch/", aside.Watched.as_view(), name="api-watch"),
    path("notices/", aside.Notices.as_view(), name="api-notices"),
    path("notices/read/", aside.ReadNotices.as_view(), name="api-notices-read"),
    path("cases/<int:case_id>/take/", deeds.Take.as_view(), name="api-take"),
    path("cases/<int:case_id>/give/", deeds.Give.as_view(), name="api-give"),
]
