"""Addresses of casework."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path, re_path

from casework.views import ask_photos, case, evidence, me, new_case, new_cases, password, queue, session, today, todo, upload, verbs

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("casework.api.urls")),
    path("", today.today, name="today"),
    path("cases/", queue.queue, name="queue"),
    path("cases/next/", queue.next_case, name="next_case"),
    path("cases/new/", new_case.new_case, name="new_case"),
    path("cases/new/look/", new_case.look_at, name="new_case_look"),
    path("cases/new/several/", new_cases.new_cases, name="new_cases"),
    path("cases/<int:case_id>/", case.case, name="case"),
    path("cases/<int:case_id>/steps/<slug:step>/", verbs.take_step, name="case_step"),
    path("cases/<int:case_id>/step-back/", verbs.back, name="case_step_back"),
    path("cases/<int:case_id>/reopen/", verbs.open_again, name="case_reopen"),
    path("cases/<int:case_id>/below/<slug:kind>/", verbs.below, name="case_open_below"),
    path("cases/<int:case_id>/contacts/", verbs.contact, name="case_contact"),
    path("cases/<int:case_id>/evidence/", verbs.evidence, name="case_evidence"),
    path("cases/<int:case_id>/notes/", verbs.note, name="case_note"),
    path("cases/<int:case_id>/tasks/<int:task_id>/done/", verbs.task_done, name="case_task_done"),
    path("cases/<int:case_id>/seen/", verbs.seen, name="case_seen"),
    path("cases/<int:case_id>/tasks/<int:task_id>/answer/", verbs.task_answered, name="case_task_answered"),
    path("todo/", todo.todo, name="todo"),
    path("todo/<int:task_id>/", todo.answer, name="todo_answer"),
    path("cases/<int:case_id>/take/", verbs.take, name="case_take"),
    path("cases/<int:case_id>/give/", verbs.give, name="case_give"),
    path("cases/<int:case_id>/reveal/", verbs.show_person, name="case_reveal"),
    path("cases/<int:case_id>/photos/", ask_photos.ask, name="case_ask_photos"),
    path("cases/<int:case_id>/photos/<int:link_id>/revoke/", ask_photos.revoke, name="case_revoke_link"),
    path("e/<str:token>/", upload.upload, name="customer_upload"),
    # Whatever else is written there is no link either, and gets the same answer.
    re_path(r"^e(?:/(?P<token>.*))?$", upload.upload),
    path("evidence/<int:evidence_id>/", evidence.picture, name="evidence"),
    path("login/", session.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("me/", me.me, name="me"),
    path("me/password/", password.Password.as_view(), name="password"),
    path("me/look/", me.look, name="look"),
]
