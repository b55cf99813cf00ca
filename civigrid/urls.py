"""Every address of the web. Views are private unless marked (`civigrid.web.middleware`)."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import include, path

from civigrid.web import errors, uploads
from civigrid.web.desk import batch, register, reports, sent
from civigrid.web.entrance import entrance
from civigrid.web.live import door
from civigrid.web.office import day, found, lists, told
from civigrid.web.pages import calls, case, contact, home, map_cases, parked, person, queue, service
from civigrid.web.pages import map as maps
from civigrid.web.pages.reference import (
    about,
    calendars,
    duty,
    grids,
    ground,
    loadings,
    matters,
    pick,
    posts,
    regions,
    standards,
    units,
)
from civigrid.web.public import files as public_files
from civigrid.web.public import maps as public_maps
from civigrid.web.public import progress, reporting
from civigrid.web.unit import inbox

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("", home.home, name="home"),
    path("cases/", queue.queue, name="queue"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/contact/<int:report_id>/", contact.opened, name="contact"),
    path("cases/<str:number>/<str:verb>/", case.act, name="act"),
    path("cases/<str:number>/<str:verb>/<int:task_id>/", case.act, name="act"),
    path("desk/register/", register.register, name="desk_register"),
    path("desk/register/look/", register.look, name="desk_look"),
    path("desk/register/caller/", register.own, name="desk_caller"),
    path("desk/reports/", reports.waiting, name="desk_reports"),
    path("desk/reports/<int:report_id>/", reports.decide, name="desk_decide"),
    path("desk/transfers/", sent.transfers, name="desk_transfers"),
    path("desk/transfers/<int:transfer_id>/", sent.receipt, name="desk_receipt"),
    path("desk/batch/", batch.batch, name="desk_batch"),
    path("tasks/", inbox.tasks, name="tasks"),
    path("tasks/accept/", inbox.accept, name="tasks_accept"),
    path("calls/<int:transfer_id>/called/", calls.called, name="called"),
    path("office/search/", found.search, name="search"),
    path("office/cases/", lists.cases_listed, name="case_list"),
    path("office/reports/", lists.reports_listed, name="report_list"),
    path("office/reports/<int:report_id>/", told.report, name="report_told"),
    path("office/day/", day.sheet, name="day_sheet"),
    path("office/day/sheet.xlsx", day.workbook, name="day_workbook"),
    path("parked/", parked.parked, name="parked"),
    path("parked/<int:report_id>/retry/", parked.retry, name="retry"),
    path("files/<str:sha256>", service.file, name="file"),
    path("uploads/", uploads.create, name="uploads"),
    path("uploads/<str:token>", uploads.upload, name="upload"),
    path("catalog/", matters.matters, name="catalog"),
    path("catalog/matters/<str:code>/", matters.matter, name="matter"),
    path("catalog/standards/", standards.standards, name="standards"),
    path("catalog/standards/<str:code>/", standards.standard, name="standard"),
    path("catalog/duty/", duty.duty, name="duty"),
    path("catalog/duty/<str:code>/", duty.duty_row, name="duty_row"),
    path("catalog/calendars/", calendars.calendars, name="calendars"),
    path("catalog/calendars/<str:code>/", calendars.calendar, name="calendar"),
    path("catalog/packs/", loadings.loadings, name="packs"),
    path("places/", regions.city, name="places"),
    path("places/grids/", grids.grids, name="grids"),
    path("places/grids/<str:code>/", grids.grid, name="grid"),
    path("places/addresses/", ground.addresses, name="addresses"),
    path("places/addresses/<str:code>/", ground.address, name="address"),
    path("places/assets/", ground.assets, name="assets"),
    path("places/assets/<str:code>/", ground.asset, name="asset"),
    path("places/buildings/<str:code>/", ground.building, name="building"),
    path("places/layers/", ground.layers, name="layers"),
    path("places/<str:code>/", regions.region, name="region"),
    path("directory/", units.units, name="directory"),
    path("directory/units/<str:code>/", units.unit, name="unit"),
    path("directory/posts/", posts.posts, name="posts"),
    path("pick/<str:kind>/", pick.pick, name="pick"),
    path("map/", maps.page, name="map"),
    path("map/about", maps.about, name="map_about"),
    path("map/cases/", map_cases.listed, name="map_cases"),
    path("map/cases/signs", map_cases.signs, name="map_signs"),
    path("map/cases/heat", map_cases.heat, name="map_heat"),
    path("map/find", maps.find, name="map_find"),
    path("map/areas/<str:code>/", maps.panel, name="map_panel"),
    path("map/drawing/<str:code>.svg", maps.drawing, name="map_drawing"),
    path("map/tiles/<str:edition>/<int:zoom>/<int:column>/<int:row>", maps.tile, name="map_tile"),
    path("report/", reporting.report, name="report"),
    path("report/look/", reporting.look, name="report_look"),
    path("report/receipt/", reporting.receipt, name="report_receipt"),
    path("report/uploads/", public_files.create, name="report_uploads"),
    path("report/uploads/<str:token>", public_files.upload, name="report_upload"),
    path("report/progress/", progress.progress, name="report_progress"),
    path("report/progress/<str:verb>/", progress.add, name="report_add"),
    path("report/leave/", progress.leave, name="report_leave"),
    path("report/files/<str:sha256>", progress.picture, name="report_file"),
    path("report/map/about", public_maps.about, name="report_map"),
    path("report/map/drawing.svg", public_maps.drawing, name="report_drawing"),
    path("report/map/tiles/<str:edition>/<int:zoom>/<int:column>/<int:row>", public_maps.tile, name="report_tile"),
    path("about/", about.about, name="about"),
    path("api/v1/", include("civigrid.api.urls")),
    path("post/", person.post, name="post"),
    path("language/", person.language, name="language"),
    path("large-text/", person.large_text, name="large_text"),
    path("live/since", door.since, name="live_since"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
    path("metrics", service.figures, name="metrics"),
    path("accounts/login/", entrance(account.login), name="account_login"),
    path("accounts/logout/", entrance(account.logout), name="account_logout"),
    path("accounts/inactive/", entrance(account.account_inactive), name="account_inactive"),
    path("accounts/reauthenticate/", entrance(account.reauthenticate), name="account_reauthenticate"),
    path("accounts/password/change/", entrance(account.password_change), name="account_change_password"),
    path("accounts/2fa/", entrance(mfa.index), name="mfa_index"),
    path("accounts/2fa/authenticate/", entrance(mfa.authenticate), name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", entrance(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", entrance(totp.activate_totp), name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", entrance(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/", entrance(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "accounts/2fa/recovery-codes/generate/",
        entrance(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "accounts/2fa/recovery-codes/download/",
        entrance(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
