"""The portal's URLs with one page more: one that asks for a permission of staff."""

from django.http import HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from foundation.municipalities.tenancy import permission_required


@permission_required("municipalities.enter_back_office")
def guarded(request):
    return HttpResponse("in")


urlpatterns = [path("<slug:municipality_slug>/only-for-staff/", guarded, name="guarded"), *urlpatterns]
